"""The API under /api/v1/: everything public as JSON, for programs that only read.

It filters with the `PracticeFilter` of the listing, by the same names. Faults are problem details (RFC 9457), lists
go on by keyset (RFC 8288 links), and the description (OpenAPI 3.1) is made from the same declarations as the answers.
"""
