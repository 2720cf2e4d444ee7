"""Every situation of the other errands, and the groups that the shared rules of the flow ask for."""

from __future__ import annotations

from kiosk.flow.errands.situations_other import OTHER_QUESTIONS, OTHER_WAITING, OtherSituation
from kiosk.flow.errands.situations_own import (
    OWN_QUESTIONS,
    OWN_WAITING,
    OWN_WITH_A_SLIP,
    OWN_WITHOUT_BACK,
    OwnSituation,
)

ErrandSituation = OwnSituation | OtherSituation
ERRAND_QUESTIONS = (*OWN_QUESTIONS, *OTHER_QUESTIONS)
"""Back may return to them."""
ERRANDS_WAITING = (*OWN_WAITING, *OTHER_WAITING)
"""They wait for the backend's answer to `ref`."""
ERRANDS_WITH_A_SLIP = OWN_WITH_A_SLIP
"""Their `slip` is a print job."""
ERRANDS_WITHOUT_BACK = OWN_WITHOUT_BACK
