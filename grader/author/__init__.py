"""What the authors of homework need: the kinds of question, the keys that are made from them, and the notebooks."""
