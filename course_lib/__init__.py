"""What the notebooks import: data, checks, oracle, figures. No answer to an exercise lives here."""

import sys

# nbformat brings jsonschema, which would parse the grammar of RFC 3987 as it is imported: a second
# in every process, for a format (IRIs) that no notebook has. It does without where there is none.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
