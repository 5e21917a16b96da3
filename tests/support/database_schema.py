"""Schema and rows of the catalogue's database as plain values, so that two databases can be compared."""

import re

POSTGRESQL_SCHEMA = """
    SELECT c.relname, 'column ' || a.attname, concat_ws(
        ' ', format_type(a.atttypid, a.atttypmod), nullif(a.attcollation, t.typcollation)::text,
        CASE WHEN a.attnotnull THEN 'NOT NULL' END, nullif(a.attidentity, ''), pg_get_expr(d.adbin, d.adrelid)
    )
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname LIKE 'practices\\_%'
    UNION ALL
    SELECT conrelid::regclass::text, 'constraint ' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid::regclass::text LIKE 'practices\\_%'
    UNION ALL
    SELECT tablename, 'index ' || indexname, indexdef
    FROM pg_indexes WHERE tablename LIKE 'practices\\_%'
    UNION ALL
    SELECT relname, 'options', reloptions::text
    FROM pg_class WHERE relkind IN ('r', 'i') AND reloptions IS NOT NULL AND relname LIKE 'practices\\_%'
    UNION ALL
    SELECT relname, 'sequence', seqtypid::regtype::text
    FROM pg_class JOIN pg_sequence ON seqrelid = oid WHERE relname LIKE 'practices\\_%'
"""


def read_schema(cursor, vendor):
    """Return {(table, object): definition} of all columns, constraints, indexes and settings of our tables.

    The order of columns is left out: those that a table was given later stand last in it.
    """
    if vendor == "postgresql":
        cursor.execute(POSTGRESQL_SCHEMA)
        return {(table, name): definition for table, name, definition in cursor.fetchall()}
    cursor.execute(
        "SELECT tbl_name, type, name, sql FROM sqlite_master WHERE tbl_name LIKE 'practices\\_%' ESCAPE '\\'"
    )
    return {
        (table, f"{kind} {name}"): sorted(_clauses(sql)) if kind == "table" and sql else sql
        for table, kind, name, sql in cursor.fetchall()
    }


def _clauses(sql):
    """Return the columns and constraints of CREATE TABLE, split at commas outside of parentheses."""
    depth, clauses = 0, [""]
    for part in re.findall(r"'(?:[^']|'')*'|.", sql[sql.index("(") + 1 : sql.rindex(")")], re.DOTALL):
        depth += (part == "(") - (part == ")")
        if part == "," and depth == 0:
            clauses.append("")
        else:
            clauses[-1] += part
    return [clause.strip() for clause in clauses]


def read_rows(cursor, vendor):
    """Return {table: [{column: value}]} of every table, in an order of their own.

    The tables in which FTS5 keeps a full-text index are left out; the index itself is read.
    """
    if vendor == "postgresql":
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    else:
        cursor.execute(
            "SELECT name FROM pragma_table_list WHERE type != 'shadow' AND name NOT LIKE 'sqlite%'"
        )
    return {table: _rows_of(cursor, table) for (table,) in cursor.fetchall()}


def _rows_of(cursor, table):
    cursor.execute(f'SELECT * FROM "{table}"')
    columns = [column[0] for column in cursor.description]
    return sorted((dict(zip(columns, row, strict=True)) for row in cursor.fetchall()), key=repr)
