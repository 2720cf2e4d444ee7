"""Which screen draws which view, which are kept, which are built ahead. The only place where screens are made."""

from __future__ import annotations

from kiosk.flow import views
from kiosk.flow.staff import views as staff_views
from screens.attract import AttractScreen
from screens.blanks import BLANKS
from screens.check import CheckScreen
from screens.choice import ChoiceScreen
from screens.device_step import DeviceStepScreen
from screens.done import DoneScreen
from screens.end_question import EndQuestionScreen
from screens.explain import ExplainScreen
from screens.help_overlay import HelpScreen
from screens.idle_warning import IdleWarningScreen
from screens.keypad import KeypadScreen
from screens.links import LinksScreen
from screens.out_of_service import OutOfServiceScreen
from screens.pay_code import PayCodeScreen
from screens.pay_scan import PayScanScreen
from screens.problem import ProblemScreen
from screens.receipt import ReceiptScreen
from screens.record import RecordScreen
from screens.screen import Screen
from screens.staff.guide import GuideScreen
from screens.staff.ruler import RulerScreen
from screens.staff.staff_home import StaffHomeScreen
from screens.staff.staff_knock import StaffKnockScreen
from screens.staff.staff_levels import StaffLevelsScreen
from screens.staff.staff_page import StaffPageScreen
from screens.staff.staff_pin import StaffPinScreen
from screens.staff.staff_report import StaffReportScreen
from screens.staff.staff_test import StaffTestScreen
from screens.staff.touch_grid import TouchGridScreen
from screens.take_things import TakeThingsScreen
from screens.text_entry import TextEntryScreen
from screens.widgets.qr import forget_codes
from screens.widgets.words import forget_texts
from screens.working import WorkingScreen

Shown = views.View | views.Overlay | staff_views.StaffView | staff_views.StaffKnock

SCREENS: dict[type[Shown], type[Screen]] = {
    views.AttractView: AttractScreen,
    views.ChoiceView: ChoiceScreen,
    views.ExplainView: ExplainScreen,
    views.DeviceView: DeviceStepScreen,
    views.RecordView: RecordScreen,
    views.KeypadView: KeypadScreen,
    views.TextEntryView: TextEntryScreen,
    views.CheckView: CheckScreen,
    views.PayCodeView: PayCodeScreen,
    views.PayScanView: PayScanScreen,
    views.WorkingView: WorkingScreen,
    views.DoneView: DoneScreen,
    views.ReceiptView: ReceiptScreen,
    views.TakeThingsView: TakeThingsScreen,
    views.LinksView: LinksScreen,
    views.ProblemView: ProblemScreen,
    views.OutOfServiceView: OutOfServiceScreen,
    views.IdleWarning: IdleWarningScreen,
    views.HelpOverlay: HelpScreen,
    views.EndQuestion: EndQuestionScreen,
    staff_views.StaffPinView: StaffPinScreen,
    staff_views.StaffHomeView: StaffHomeScreen,
    staff_views.StaffPageView: StaffPageScreen,
    staff_views.StaffTestView: StaffTestScreen,
    staff_views.TouchGridView: TouchGridScreen,
    staff_views.RulerView: RulerScreen,
    staff_views.GuideView: GuideScreen,
    staff_views.StaffReportView: StaffReportScreen,
    staff_views.StaffLevelsView: StaffLevelsScreen,
    staff_views.StaffKnock: StaffKnockScreen,
}

ENDS_OF_SESSION = (views.AttractView, views.OutOfServiceView)


class Router:
    """Keeps the screens of one session. When a session is over all are thrown away, with whatever they had to show."""

    def __init__(self) -> None:
        self._screens: dict[type[Screen], Screen] = {}
        self._is_session = False

    def screen_for(self, view: Shown) -> Screen:
        """The screen with this view in it."""
        kind = SCREENS[type(view)]
        is_end = isinstance(view, ENDS_OF_SESSION)
        if is_end and self._is_session:
            self._forget()
        self._is_session = self._is_session or not is_end
        screen = self._screens.get(kind)
        if screen is None:
            screen = self._screens[kind] = kind(view=view)
        else:
            screen.view = view
        return screen

    def build_one(self) -> bool:
        """Builds the next screen that a visit will need, empty. False when all are there: at most one of each kind."""
        for view in BLANKS:
            kind = SCREENS[type(view)]
            if kind not in self._screens:
                self._screens[kind] = kind(view=view)
                return True
        return False

    def _forget(self) -> None:
        self._is_session = False
        self._screens.clear()
        forget_texts()
        forget_codes()
