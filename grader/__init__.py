"""The instructor's half of the homework: `author` makes keys, `classroom` grades, `jail` locks notebooks up."""
