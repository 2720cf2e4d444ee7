"""One display for every view, phase and overlay, with invented people (masked as on the real screen)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kiosk.domain.errands import StepMark
from kiosk.domain.money import Money
from kiosk.flow.keyboard import KeyboardPage
from kiosk.flow.staff.views import StaffKnock, StaffView
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.views import (
    AttractView,
    CheckView,
    ChoiceView,
    DeviceView,
    Display,
    DoneView,
    EndQuestion,
    ExplainView,
    Focus,
    Frame,
    HelpOverlay,
    IdleWarning,
    KeypadView,
    Language,
    Line,
    LinksView,
    Option,
    OutOfServiceView,
    Overlay,
    PayCodeView,
    PayScanView,
    Phase,
    Picture,
    ProblemView,
    ReceiptView,
    RecordView,
    Row,
    SpeechWishes,
    Step,
    TakeThingsView,
    TextEntryView,
    View,
    WorkingView,
)
from tests.flows.stages import not_printed_while_checked, with_the_office
from tests.screens.staff_samples import staff_displays

FEE = Money(2000)
READY = date(2099, 3, 12)
NUMBER = "SSK-2099-0306-00042"


@dataclass(frozen=True)
class Sample:
    name: str
    view: View | StaffView
    step: int | None = None
    overlay: Overlay | StaffKnock | None = None
    can_go_back: bool = True
    can_end: bool = True
    notice: Text | None = None
    focus: str | None = None
    has_help: bool = True

    def display(self, frame: Frame | None = None, serial: int = 7) -> Display:
        frame = replace(
            frame or Frame(),
            step=Step(self.step, 6) if self.step else None,
            can_go_back=self.can_go_back,
            can_end=self.can_end,
            notice=self.notice,
            focus=Focus(self.focus),
            has_help=self.has_help,
            office_name=both("海淀区社会保险经办中心", "Haidian District Social Insurance Centre"),
        )
        return Display(serial, frame, self.view, self.overlay)


def both(zh: str, en: str) -> Text:
    return text("bilingual", zh=zh, en=en)


def option(
    key: str, picture: Picture | None = None, *, name: str = "", about: bool = True, **changes: object
) -> Option:
    subtitle = text(f"{key}.about") if about else None
    made = Option(name or key.replace(".", "_"), text(key), subtitle, picture)
    return replace(made, **changes)  # pyright: ignore[reportArgumentType] - tests only


def button(name: str, key: str, *, is_primary: bool = False, **values: str | int) -> Option:
    return Option(name, text(key, **values), is_primary=is_primary)


ATTRACT = AttractView(
    title=text("attract.title"),
    services=(
        Line(text("attract.service.lost"), Picture.CARD_LOST),
        Line(text("attract.service.damaged"), Picture.CARD_DAMAGED),
    ),
    bring=(
        Line(text("attract.bring.document"), Picture.ID_CARD),
        Line(text("attract.bring.card"), Picture.CARD),
        Line(text("attract.bring.phone"), Picture.PHONE),
    ),
    fee=text("attract.fee", fee=FEE),
    days=text("attract.days", days=4),
)

PURPOSE = ChoiceView(
    question=text("purpose.question"),
    options=(
        option("purpose.replace", Picture.CARD, is_primary=True),
        option("purpose.links", Picture.PHONE),
    ),
)

REASON = ChoiceView(
    question=text("reason.question"),
    options=(
        option("reason.lost", Picture.CARD_LOST, name="lost"),
        option(
            "reason.damaged",
            Picture.CARD_DAMAGED,
            name="damaged",
            is_enabled=False,
            note=text("reason.damaged.reported_lost"),
        ),
    ),
)

DELIVERY = ChoiceView(
    question=text("delivery.question"),
    options=(option("delivery.pickup", Picture.OFFICE), option("delivery.express", Picture.COURIER)),
)

OFFICES = ChoiceView(
    question=text("office.question"),
    hint=text("office.hint"),
    options=tuple(
        Option(
            f"office{number}",
            both(zh, en),
            text(
                "office.about",
                address=both(address_zh, address_en),
                hours=both("周一至周五 9:00 至 17:00", "Mon to Fri 9:00 to 17:00"),
            ),
        )
        for number, (zh, en, address_zh, address_en) in enumerate(
            (
                ("海淀区社会保险经办中心", "Haidian Social Insurance Centre", "西四环北路 1 号", "1 West Ring Road"),
                ("中关村街道便民服务中心", "Zhongguancun Service Centre", "科学院南路 2 号", "2 Academy South Road"),
                ("学院路街道便民服务中心", "Xueyuan Road Service Centre", "学院路 3 号", "3 Xueyuan Road"),
                ("上地街道便民服务中心", "Shangdi Service Centre", "上地信息路 4 号", "4 Information Road"),
                ("清河街道便民服务中心", "Qinghe Service Centre", "清河中街 5 号", "5 Qinghe Middle Street"),
            ),
            1,
        )
    ),
    layout="list",
    page=2,
    pages=3,
)

DISTRICTS = ChoiceView(
    question=text("district.question"),
    options=tuple(
        Option(f"district{number}", both(zh, en))
        for number, (zh, en) in enumerate(
            (
                ("东城区", "Dongcheng"), ("西城区", "Xicheng"), ("朝阳区", "Chaoyang"), ("丰台区", "Fengtai"),
                ("石景山区", "Shijingshan"), ("海淀区", "Haidian"), ("门头沟区", "Mentougou"), ("房山区", "Fangshan"),
                ("通州区", "Tongzhou"), ("顺义区", "Shunyi"), ("昌平区", "Changping"), ("大兴区", "Daxing"),
            ),
            1,
        )
    ),
    layout="grid",
    page=1,
    pages=2,
)  # fmt: skip

PAY_HOW = ChoiceView(
    question=text("pay.question"),
    banner=text("pay.banner", fee=FEE),
    options=(
        option("pay.show_phone", Picture.PHONE_CODE_TO_CAMERA, is_primary=True),
        option("pay.scan_screen", Picture.SCAN_SCREEN_WITH_PHONE),
        option("pay.later", Picture.CLOCK),
    ),
)

PAY_AGAIN = replace(PAY_HOW, problem=text("pay.problem.insufficient"))

NOTICE = ExplainView(
    title=text("notice.title"),
    lines=(
        Line(text("notice.who"), Picture.PERSON),
        Line(text("notice.fee", fee=FEE), Picture.MONEY),
        Line(text("notice.days", days=4), Picture.CALENDAR),
        Line(text("notice.privacy"), Picture.SHIELD),
    ),
    confirm=text("notice.confirm"),
    decline=text("notice.decline"),
)

LOSS = ExplainView(
    title=text("loss.title"),
    lines=(
        Line(text("loss.stops"), Picture.CARD_LOST),
        Line(text("loss.releases", date=READY), Picture.CALENDAR),
        Line(text("loss.final"), Picture.WARNING),
        Line(text("loss.bank"), Picture.BANK),
    ),
    confirm=text("loss.confirm"),
    decline=text("loss.decline"),
    is_warning=True,
)


def identify(phase: Phase, message: Text | None = None) -> DeviceView:
    return DeviceView(
        title=text("identify.title"),
        instruction=text("identify.instruction"),
        picture=Picture.ID_CARD_ON_READER,
        phase=phase,
        message=message,
        options=(button("other", "identify.other_document"), button("staff", "identify.staff")),
    )


HAND_IN = DeviceView(
    title=text("hand_in.title"),
    instruction=text("hand_in.instruction"),
    picture=Picture.CARD_INTO_SLOT,
    phase=Phase.WAITING,
    options=(button("dropped", "hand_in.handed_in"), button("to_staff", "hand_in.to_staff")),
)

HAND_IN_READ = replace(
    HAND_IN,
    picture=Picture.HAND_IN,
    phase=Phase.DONE,
    message=text("hand_in.read"),
    options=(button("dropped", "hand_in.handed_in", is_primary=True), button("to_staff", "hand_in.to_staff")),
)

RECORD = RecordView(
    title=text("record.title"),
    rows=(
        Row("name", text("record.name"), literal("*小雨")),
        Row("number", text("record.number"), literal("**** 002X")),
        Row("insured", text("record.insured"), text("insured.urban_employee")),
        Row("mobile", text("record.mobile"), literal("138 **** 0000")),
        Row("card", text("record.card"), text("card_state.pre_lost", last4="0420")),
    ),
    confirm=text("record.confirm"),
    decline=text("record.decline"),
    hint=text("record.hint"),
)

RARE_ROWS = (
    Row("name", text("record.name"), literal("*\U0002b81d\U0002a6a5")),  # in Unicode, not in the main face
    *RECORD.rows[1:],
)

TIMELINE = RecordView(
    title=text("own.state.producing"),
    rows=(
        Row("number", text("submitted.number"), literal("SQ2611230000")),
        Row("step1_paid", text("own.timeline.paid"), text("own.step.past.on", date=READY), mark=StepMark.PAST),
        Row("step2_accepted", text("own.timeline.accepted"), text("own.step.past"), mark=StepMark.PAST),
        Row("step3_producing", text("own.timeline.producing"), text("own.step.now.on", date=READY), mark=StepMark.NOW),
        Row("step4_at_outlet", text("own.timeline.at_outlet"), text("own.step.by", date=READY), mark=StepMark.TO_COME),
        Row("step5_collected", text("own.timeline.collected"), text("own.step.to_come"), mark=StepMark.TO_COME),
    ),
    confirm=text("own.errand.hand_in_card"),
    decline=text("own.other_things"),
    hint=text("own.next.hand_in_card"),
)

MOBILE = KeypadView(
    question=text("mobile.question"),
    hint=text("mobile.hint"),
    value="138 0000",
    placeholder=text("mobile.placeholder"),
    confirm=text("mobile.confirm"),
    options=(button("known", "mobile.known", mobile="138 **** 0000"), button("none", "mobile.none")),
)

MOBILE_EMPTY = replace(MOBILE, value="")
MOBILE_WRONG = replace(MOBILE, value="138 0000 00", problem=text("mobile.problem.too_short"))
MOBILE_READY = replace(MOBILE, value="138 0000 0000", can_confirm=True)

DETAIL = TextEntryView(
    question=text("address_detail.question"),
    hint=text("address_detail.hint"),
    value="12号楼3单元4",
    placeholder=text("address_detail.placeholder"),
    confirm=text("address_detail.confirm"),
    can_confirm=True,
    fixed_part=both("北京市海淀区中关村街道", "Zhongguancun, Haidian District, Beijing"),
)

DETAIL_PINYIN = replace(
    DETAIL,
    value="示例家园12",
    page=KeyboardPage.PINYIN,
    letters="haolou",
    candidates=("号楼", "郝", "号", "好", "建国门外大街", "浩", "豪", "耗"),
    can_confirm=False,
)
DETAIL_LETTERS = replace(DETAIL, value="SAMPLE TOWER B 12", page=KeyboardPage.LETTERS)
DETAIL_WRONG = replace(DETAIL, value="", problem=text("address_detail.problem.no_house_number"), can_confirm=False)

CHECK = CheckView(
    title=text("check.title"),
    hint=text("check.hint"),
    rows=(
        Row("name", text("check.name"), literal("*小雨")),
        Row("number", text("check.number"), literal("**** 002X")),
        Row("reason", text("check.reason"), text("check.reason.lost"), can_change=True),
        Row("mobile", text("check.mobile"), literal("138 **** 0000"), can_change=True),
        Row(
            "delivery",
            text("check.delivery"),
            text(
                "check.express",
                address=both(
                    "海淀区中关村街道 12 号楼 3 单元 401 室", "Zhongguancun, building 12, entrance 3, door 401"
                ),
            ),
            can_change=True,
        ),
        Row("bank", text("check.bank"), both("北京银行", "Bank of Beijing"), can_change=True),
        Row("card_date", text("check.card_date"), text("check.card_date.on", date=READY)),
        Row("fee", text("check.fee"), text("amount", fee=FEE)),
    ),
    confirm=text("check.confirm", fee=FEE),
    notes=(Line(text("check.note.lost"), Picture.WARNING),),
)

PAY_CODE = PayCodeView(
    title=text("pay_code.title"),
    amount=text("amount", fee=FEE),
    qr_content="weixin://wxpay/bizpayurl?pr=0000000zzSANDBOX0000",
    instruction=text("pay_code.instruction"),
    waiting=text("pay_code.waiting"),
    seconds_left=155,
    options=(
        button("more_time", "pay_code.more_time"),
        button("other_way", "pay_scan.other_way"),
        button("cancel", "pay_code.cancel"),
    ),
)


def pay_scan(phase: Phase, message: Text | None, *, shows_preview: bool = True) -> PayScanView:
    return PayScanView(
        title=text("pay_scan.title"),
        amount=text("amount", fee=FEE),
        instruction=text("pay_scan.instruction"),
        picture=Picture.PHONE_CODE_TO_CAMERA,
        phase=phase,
        message=message,
        shows_preview=shows_preview,
        seconds_left=118,
        options=(button("other_way", "pay_scan.other_way"), button("cancel", "pay_code.cancel")),
    )


WORKING = WorkingView(title=text("looking_up.title"), detail=text("looking_up.detail"), picture=Picture.PERSON)
PAYING_UNCLEAR = WorkingView(title=text("paying.unclear"), detail=text("paying.unclear.detail"), picture=Picture.MONEY)

DONE = DoneView(
    title=text("submitted.title"),
    number_label=text("submitted.number"),
    number=NUMBER,
    rows=(
        Row("date", text("submitted.card_date"), text("check.card_date.on", date=READY)),
        Row("delivery", text("submitted.delivery"), both("海淀区社会保险经办中心", "Haidian Social Insurance Centre")),
    ),
    next_steps=(
        Line(text("submitted.next.pickup"), Picture.OFFICE),
        Line(text("submitted.next.hospital"), Picture.CERTIFICATE),
        Line(text("submitted.next.bank"), Picture.BANK),
    ),
    confirm=text("submitted.confirm"),
)


def receipt(phase: Phase, message: str, *options: Option, has_code: bool = True) -> ReceiptView:
    return ReceiptView(
        title=text("receipt.title"),
        receipt_phase=phase,
        receipt_message=text(message, number=NUMBER) if phase is Phase.TROUBLE else text(message),
        qr_content="https://card.example.gov.cn/certificate/0123456789abcdef" if has_code else None,
        qr_caption=text("receipt.certificate" if has_code else "receipt.certificate_later"),
        options=options,
    )


FINISH = button("finish", "receipt.finish", is_primary=True)
AGAIN = button("again", "receipt.print_again")

TAKE = TakeThingsView(
    title=text("take.title"),
    items=(
        Line(text("take.document"), Picture.ID_CARD),
        Line(text("take.phone"), Picture.PHONE),
        Line(text("take.receipt"), Picture.RECEIPT),
    ),
    seconds_left=18,
    confirm=text("take.confirm"),
)

LINKS = LinksView(
    title=text("links.title"),
    codes=(
        (text("links.app"), "https://card.example.gov.cn/app"),
        (text("links.wechat"), "https://card.example.gov.cn/wechat"),
        (text("links.website"), "https://card.example.gov.cn/"),
    ),
    confirm=text("links.confirm"),
)

PROBLEM = ProblemView(
    title=text("trouble.application_open.title"),
    lines=(
        Line(text("trouble.application_open.what"), Picture.CARD),
        Line(text("trouble.application_open.do"), Picture.CALENDAR),
    ),
    options=(button("finish", "trouble.option.finish", is_primary=True),),
    reference=text("reference", number=NUMBER),
)

PROBLEM_SERIOUS = not_printed_while_checked().display.view

OUT_OF_SERVICE = OutOfServiceView(
    title=text("out_of_service.title"),
    reason=text("out_of_service.reason.central"),
    lines=(
        Line(text("out_of_service.other_office"), Picture.STAFF),
        Line(text("out_of_service.hotline"), Picture.PHONE),
    ),
    staff_word="central.unreachable",
)

HELP = HelpOverlay(
    title=text("help.title"),
    lines=(
        Line(text("help.general"), Picture.HELP),
        Line(text("help.step1"), Picture.ID_CARD_ON_READER),
        Line(text("help.staff"), Picture.STAFF),
    ),
    hotline=text("help.hotline", numbers="12333 / 96102"),
)

SAMPLES: tuple[Sample, ...] = (
    Sample("01_attract", ATTRACT, can_go_back=False, can_end=False, has_help=False),
    Sample(
        "01_attract_warning",
        replace(ATTRACT, warnings=(text("missing.receipt_printer"), text("missing.code_scanner"))),
        can_go_back=False,
        can_end=False,
        has_help=False,
    ),
    Sample(
        "01_attract_closed",
        replace(ATTRACT, warnings=(text("missing.central"),), can_start=False),
        can_go_back=False,
        can_end=False,
        has_help=False,
    ),
    Sample("02_purpose", PURPOSE, can_go_back=False),
    Sample("03_notice", NOTICE),
    Sample("04_identify_waiting", identify(Phase.WAITING), 1),
    Sample("04_identify_working", identify(Phase.WORKING), 1),
    Sample("04_identify_trouble", identify(Phase.TROUBLE, text("identify.problem.hold_still")), 1),
    Sample("04_identify_trouble_unnamed", identify(Phase.TROUBLE), 1),
    Sample("04_identify_done", identify(Phase.DONE), 1),
    Sample("05_working", WORKING, 1, can_go_back=False),
    Sample("06_record", RECORD, 1, notice=text("notice.central_slow")),
    Sample("06_timeline", TIMELINE),
    Sample("06_record_rare_name", replace(RECORD, rows=RARE_ROWS), 1),
    Sample("07_reason", REASON, 2),
    Sample("08_loss", LOSS, 2),
    Sample("09_hand_in", HAND_IN, 2),
    Sample("09_hand_in_read", HAND_IN_READ, 2),
    Sample("10_mobile", MOBILE, 3),
    Sample("10_mobile_empty", MOBILE_EMPTY, 3),
    Sample("10_mobile_wrong", MOBILE_WRONG, 3),
    Sample("10_mobile_ready", MOBILE_READY, 3),
    Sample("11_delivery", DELIVERY, 3),
    Sample("12_offices", OFFICES, 3),
    Sample("13_districts", DISTRICTS, 3),
    Sample("14_address_detail", DETAIL, 3),
    Sample("14_address_detail_pinyin", DETAIL_PINYIN, 3),
    Sample("14_address_detail_letters", DETAIL_LETTERS, 3),
    Sample("14_address_detail_wrong", DETAIL_WRONG, 3),
    Sample("15_check", CHECK, 4),
    Sample("16_pay_how", PAY_HOW, 5),
    Sample("16_pay_again", PAY_AGAIN, 5),
    Sample("17_pay_code", PAY_CODE, 5),
    Sample("17_pay_code_slow", replace(PAY_CODE, waiting=text("paying.slow")), 5),
    Sample("18_pay_scan", pay_scan(Phase.WAITING, text("pay_scan.instruction")), 5),
    Sample("18_pay_scan_no_preview", pay_scan(Phase.WAITING, None, shows_preview=False), 5),
    Sample("18_pay_scan_trouble", pay_scan(Phase.TROUBLE, text("pay_scan.problem.looks_like_id_number")), 5),
    Sample("18_pay_scan_working", pay_scan(Phase.WORKING, text("pay_scan.password"), shows_preview=False), 5),
    Sample("19_paying_unclear", PAYING_UNCLEAR, 5, can_go_back=False, can_end=False),
    Sample("20_done", DONE, 6, can_go_back=False),
    Sample("21_receipt_printing", receipt(Phase.WORKING, "receipt.printing"), 6, can_go_back=False),
    Sample("21_receipt_printed", receipt(Phase.DONE, "receipt.printed", AGAIN, FINISH), 6, can_go_back=False),
    Sample(
        "21_receipt_trouble",
        receipt(Phase.TROUBLE, "receipt.problem.paper_out", AGAIN, FINISH, has_code=False),
        6,
        can_go_back=False,
    ),
    Sample("22_take_things", TAKE, can_go_back=False, can_end=False),
    Sample("22_take_things_warning", replace(TAKE, warning=text("take.card_left")), can_go_back=False, can_end=False),
    Sample("23_links", LINKS),
    Sample("24_problem", PROBLEM, 1),
    Sample("24_problem_serious", PROBLEM_SERIOUS, 5, can_go_back=False),
    Sample("24_with_the_office", with_the_office().display.view, 6, can_go_back=False, can_end=False),
    Sample("25_out_of_service", OUT_OF_SERVICE, can_go_back=False, can_end=False, has_help=False),
    Sample("30_idle", RECORD, 1, overlay=IdleWarning(24)),
    Sample("31_help", identify(Phase.WAITING), 1, overlay=HELP),
    Sample("31_help_called", identify(Phase.WAITING), 1, overlay=replace(HELP, is_staff_called=True)),
    Sample("31_help_speech", identify(Phase.WAITING), 1, overlay=replace(HELP, speech=SpeechWishes(is_on=True))),
    Sample("31_help_silent", identify(Phase.WAITING), 1, overlay=replace(HELP, speech=SpeechWishes())),
    Sample("40_focus_header", REASON, 2, focus="size"),
    Sample("40_focus_option", REASON, 2, focus="option.lost"),
    Sample("40_focus_key", MOBILE, 3, focus="key.8"),
    Sample("40_focus_letter", DETAIL_LETTERS, 3, focus="key.Q"),
    Sample("40_focus_change", CHECK, 4, focus="change.mobile"),
    Sample("40_focus_primary", CHECK, 4, focus="confirm"),
    Sample("40_focus_foot", CHECK, 4, focus="help"),
    Sample("32_end", CHECK, 4, overlay=EndQuestion(text("end.consequence.loss_stays"))),
    *(
        Sample(
            name,
            shown.view,
            shown.frame.step.number if shown.frame.step else None,
            shown.overlay,
            shown.frame.can_go_back,
            shown.frame.can_end,
            shown.frame.notice,
            has_help=shown.frame.has_help,
        )
        for name, shown in staff_displays().items()
    ),
)

BY_NAME = {sample.name: sample for sample in SAMPLES}


def frame_in(language: Language, **changes: object) -> Frame:
    return replace(Frame(language=language), **changes)  # pyright: ignore[reportArgumentType] - tests only
