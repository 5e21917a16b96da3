"""Pages that visitors open. Each folder holds a family of pages: views, forms, urls."""
