"""What is read of a submitted file."""

import json

from autograder.submission.submitted import read


def test_a_byte_order_mark():
    """Is a notebook read that an editor saved with the mark of UTF-8 before it?"""
    text = json.dumps({"cells": [{"cell_type": "code", "source": "x = 'é'"}]}, ensure_ascii=False)
    assert [cell.text for cell in read(text.encode("utf-8-sig"))] == ["x = 'é'"]
