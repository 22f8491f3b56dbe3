"""The manuals' tables, and what is read straight off them."""
