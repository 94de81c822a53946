"""Writing a project's files: a new project, a new entry, tidy files, and the jobs of an existing site.

Text in, text out in the middle; what touches the disk is in `files` and `places`.
"""
