"""One line per situation of staff mode: who hears its events, who draws it, whether Back leads somewhere."""

from __future__ import annotations

from typing import assert_never

from kiosk.flow.events import Event, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.staff import business, entrance, machine_care, paper, report, testing
from kiosk.flow.staff import home as home_page
from kiosk.flow.staff.moves import home
from kiosk.flow.staff.situations import (
    CheckingReadiness,
    ChoosingTest,
    ConfirmingGoingDown,
    DeviceInTest,
    Exporting,
    HandlingPaper,
    MappingDevices,
    ReprintingReceipt,
    SettingLevels,
    SettingService,
    SettlingBusiness,
    StaffCardAwaited,
    StaffCardNotAccepted,
    StaffHome,
    StaffMenu,
    StaffSituation,
    StaffUnlocking,
    TakingInCard,
)
from kiosk.flow.staff.views import StaffView
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.touches import BackTouched
from kiosk.flow.views import Phase, View

LEAVES_BY_ITSELF = (StaffCardNotAccepted, StaffCardAwaited, StaffHome, StaffUnlocking)
"""Situations without a way back: the card is taken out, or nothing lies behind them."""


def can_go_back(terminal: Terminal) -> bool:
    match terminal.situation:
        case (
            ConfirmingGoingDown(is_going=True) | Exporting(phase=Phase.WORKING) | ReprintingReceipt(phase=Phase.WORKING)
        ):
            return False
        case situation:
            return isinstance(situation, StaffSituation) and not isinstance(situation, LEAVES_BY_ITSELF)


def on_staff(terminal: Terminal, situation: StaffSituation, event: Event, now: Moment) -> Result:  # noqa: C901, PLR0912
    match situation:
        case StaffCardNotAccepted():
            return entrance.on_card_not_accepted(terminal, event, now)
        case StaffUnlocking():
            return entrance.on_unlocking(terminal, situation, event, now)
        case StaffCardAwaited():
            return terminal, ()
        case StaffHome():
            return home_page.on_home(terminal, event, now)
        case StaffMenu():
            return home(terminal, now) if event == Touched(BackTouched()) else home_page.on_menu(terminal, event, now)
        case ChoosingTest():
            if event == Touched(BackTouched()):
                return home(terminal, now)
            return testing.on_choosing_test(terminal, event, now)
        case DeviceInTest():
            return testing.on_testing(terminal, situation, event, now)
        case HandlingPaper():
            return paper.on_handling_paper(terminal, situation, event, now)
        case TakingInCard():
            return (
                home(terminal, now)
                if event == Touched(BackTouched())
                else paper.on_taking_in_card(terminal, event, now)
            )
        case SettlingBusiness():
            return business.on_settling(terminal, situation, event, now)
        case ReprintingReceipt():
            return business.on_reprinting(terminal, situation, event, now)
        case SettingService():
            return machine_care.on_setting_service(terminal, situation, event, now)
        case SettingLevels():
            return machine_care.on_setting_levels(terminal, event, now)
        case ConfirmingGoingDown():
            return machine_care.on_confirming_going_down(terminal, situation, event, now)
        case MappingDevices():
            return machine_care.on_mapping(terminal, situation, event, now)
        case CheckingReadiness():
            return report.on_checking_readiness(terminal, situation, event, now)
        case Exporting():
            return report.on_exporting(terminal, situation, event, now)
        case _:
            assert_never(situation)


def view_staff(terminal: Terminal, situation: StaffSituation, now: Moment) -> View | StaffView:  # noqa: C901, PLR0912
    match situation:
        case StaffCardNotAccepted():
            return entrance.view_card_not_accepted(situation)
        case StaffUnlocking():
            return entrance.view_unlocking(terminal, situation, now)
        case StaffCardAwaited():
            return testing.view_card_awaited(situation, now)
        case StaffHome():
            return home_page.view_home(terminal, situation, now)
        case StaffMenu():
            return home_page.view_menu(terminal)
        case ChoosingTest():
            return testing.view_choosing_test(terminal)
        case DeviceInTest():
            return testing.view_testing(situation)
        case HandlingPaper():
            return paper.view_handling_paper(terminal, situation, now)
        case TakingInCard():
            return paper.view_taking_in_card()
        case SettlingBusiness():
            return business.view_settling(terminal, situation)
        case ReprintingReceipt():
            return business.view_reprinting(situation)
        case SettingService():
            return machine_care.view_setting_service(terminal, situation, now)
        case SettingLevels():
            return machine_care.view_setting_levels(terminal)
        case ConfirmingGoingDown():
            return machine_care.view_confirming_going_down(situation)
        case MappingDevices():
            return machine_care.view_mapping(situation, now)
        case CheckingReadiness():
            return report.view_checking_readiness(situation)
        case Exporting():
            return report.view_exporting(situation)
        case _:
            assert_never(situation)
