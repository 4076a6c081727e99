"""What an estate is made of, read from files and feeds: places, people, news, works, reports.

Every importer is a module with one ``load``, all of one shape; ``docs/imports.md`` describes the
formats.
A source is read and judged whole before the first document is written.
"""
