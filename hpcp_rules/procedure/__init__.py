"""What surrounds the examination of standard terms: registration, competence, deadlines, fines, the law that applies.

Everything rests on the dated data of rules/_parameters; every result carries its basis, how sure that is, and what is
open. See docs/procedure.md.
"""

from __future__ import annotations

from hpcp_rules.procedure.authority import Authority, Competence, competence
from hpcp_rules.procedure.due import DayOff, Deadline, Deadlines, Pending, deadlines
from hpcp_rules.procedure.listing import Registration, ServiceMatch, registration
from hpcp_rules.procedure.parameters import Basis, Parameters, load_parameters
from hpcp_rules.procedure.penalties import Fine, Fines, Range, fines
from hpcp_rules.procedure.transition import ApplicableLaw, applicable_law

__all__ = [
    "ApplicableLaw", "Authority", "Basis", "Competence", "DayOff", "Deadline", "Deadlines", "Fine", "Fines",
    "Parameters", "Pending", "Range", "Registration", "ServiceMatch", "applicable_law", "competence", "deadlines",
    "fines", "load_parameters", "registration",
]  # fmt: skip
