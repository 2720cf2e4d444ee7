"""A receipt as a citizen gets it, in Chinese and in English: for looking at, for measuring and for the wire tests."""

from __future__ import annotations

from hardware.ports import BarcodeBlock, Document, Gap, PairLine, QrBlock, RuleLine, TextLine

APPLICATION_NUMBER = "SSC202611220001234"
TRACKING_LINK = "https://card.example.gov.cn/t/SSC202611220001234"
CERTIFICATE_LINK = "https://card.example.gov.cn/c/7KQ2M9XW4TRD?e=20261129"

CHINESE = Document(
    (
        TextLine("朝阳区社会保障卡服务中心", "normal", "center", is_bold=True),
        TextLine("自助终端 A03", "small", "center"),
        Gap(4),
        TextLine("补卡受理凭条", "large", "center", is_bold=True),
        Gap(2),
        TextLine("请妥善保管", "small", "center"),
        RuleLine("thick"),
        TextLine("领卡日期", "normal", "center"),
        TextLine("11月26日", "huge", "center", is_bold=True),
        TextLine("2026年 星期四 9:00起", "normal", "center", is_bold=True),
        RuleLine("thick"),
        PairLine("姓名", "王*"),
        PairLine("证件尾号", "002X"),
        PairLine("业务", "遗失补领"),
        PairLine("受理时间", "2026-11-20 10:32"),
        RuleLine(),
        TextLine("领卡地点", "normal", is_bold=True),
        TextLine("朝阳区社会保障卡服务中心（一层3号窗口）"),
        TextLine("周一至周五 9:00–12:00，13:30–17:00", "small"),
        Gap(3),
        TextLine("领卡时请带", "normal", is_bold=True),
        TextLine("本人身份证原件、这张凭条"),
        TextLine("代领：再带代领人身份证原件", "small"),
        RuleLine(),
        PairLine("工本费", "¥20.00", is_bold=True),
        PairLine("支付方式", "微信支付"),
        PairLine("支付单号", "4200002099202611201234567890"),
        RuleLine(),
        TextLine("受理编号", "normal", "center"),
        BarcodeBlock(APPLICATION_NUMBER),
        RuleLine(),
        QrBlock(TRACKING_LINK, "微信扫码查进度", 32),
        Gap(4),
        QrBlock(CERTIFICATE_LINK, "扫码存电子证明（7天内有效）", 32),
        RuleLine(),
        TextLine("旧卡自受理时起停用。新卡到手后，请到银行激活金融功能。", "small"),
        Gap(3),
        PairLine("社保咨询", "12333", is_bold=True),
        PairLine("社保卡服务", "96102", is_bold=True),
    )
)

ENGLISH = Document(
    (
        TextLine("Chaoyang District Social Security Card Service Centre", "normal", "center", is_bold=True),
        TextLine("Terminal A03", "small", "center"),
        Gap(4),
        TextLine("Card replacement", "large", "center", is_bold=True),
        Gap(2),
        TextLine("Please keep this slip", "small", "center"),
        RuleLine("thick"),
        TextLine("Your card is ready on", "normal", "center"),
        TextLine("26 Nov", "huge", "center", is_bold=True),
        TextLine("Thursday 2026, from 9:00", "normal", "center", is_bold=True),
        RuleLine("thick"),
        PairLine("Name", "王*"),
        PairLine("ID ends in", "002X"),
        PairLine("Service", "Lost card"),
        PairLine("Received", "2026-11-20 10:32"),
        RuleLine(),
        TextLine("Collect at", "normal", is_bold=True),
        TextLine("Chaoyang District Social Security Card Service Centre, ground floor, window 3"),
        TextLine("Mon to Fri 9:00–12:00, 13:30–17:00", "small"),
        Gap(3),
        TextLine("Bring with you", "normal", is_bold=True),
        TextLine("Your original ID card and this slip"),
        TextLine("Someone else collects: their original ID card too", "small"),
        RuleLine(),
        PairLine("Fee", "¥20.00", is_bold=True),
        PairLine("Paid with", "WeChat Pay"),
        PairLine("Payment no.", "4200002099202611201234567890"),
        RuleLine(),
        TextLine("Application number", "normal", "center"),
        BarcodeBlock(APPLICATION_NUMBER),
        RuleLine(),
        QrBlock(TRACKING_LINK, "Scan to follow your card", 32),
        Gap(4),
        QrBlock(CERTIFICATE_LINK, "Scan to save your certificate (valid for 7 days)", 32),
        RuleLine(),
        TextLine(
            "Your old card stopped working when you applied. Take the new card to your bank to switch on its account.",
            "small",
        ),
        Gap(3),
        PairLine("Social security line", "12333", is_bold=True),
        PairLine("Card service line", "96102", is_bold=True),
    )
)
