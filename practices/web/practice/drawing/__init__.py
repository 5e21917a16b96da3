"""The picture a messenger or a social network shows of a page: 1200 by 630 px, in the look of the catalogue."""

from practices.web.practice.drawing.drawing import HEIGHT, WIDTH, Picture, draw

__all__ = ["HEIGHT", "WIDTH", "Picture", "draw"]
