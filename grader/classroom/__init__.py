"""The grading of a class: from a folder of submissions to a table, a summary and a page for each student."""
