"""Print every student's score in nbgrader's gradebook as JSON, by nbgrader's own API. Runs in the peers' environment."""

import json

from nbgrader.api import Gradebook

with Gradebook("sqlite:///gradebook.db") as gradebook:
    print(json.dumps({submission.student.id: submission.score for submission in gradebook.assignment_submissions("small")}))
