"""Ten comparable screens in Chromium's kiosk mode; a page function tells when the new screen has been drawn."""

from __future__ import annotations

import shutil
import tempfile
import threading

from playwright.sync_api import sync_playwright

PAGE = """<!doctype html><meta charset=utf-8><style>
body{margin:0;background:#f8f5ef;font:34px 'Noto Sans CJK SC';color:#17232b}
section{display:none;height:100vh;padding:40px}
section.on{display:block}h1{font-size:52px}p{background:#fff;border:2px solid #ddd6c9;border-radius:18px;padding:14px}
button{position:fixed;right:40px;bottom:90px;width:560px;height:110px;border-radius:14px;border:0;background:#0b4a45;
color:#fff;font:bold 36px 'Noto Sans CJK SC'}</style><script>
let at=0;function drawn(){requestAnimationFrame(()=>{const c=new MessageChannel();
c.port1.onmessage=()=>told(String((performance.timeOrigin+performance.now())*1e6));c.port2.postMessage(0)})}
function turn(){const s=document.querySelectorAll('section');s[at].className='';at=(at+1)%s.length;
s[at].className='on';drawn()}
</script>""" + "".join(
    f"<section class={'on' if number == 0 else 'off'}><h1>第 {number} 页：请核对</h1>"
    + "".join(f"<p>第 {line} 行：社会保障卡补换 <b>2099年3月12日</b></p>" for line in range(5))
    + "<button onclick=turn()>继续</button></section>"
    for number in range(10)
)


def tell(nanoseconds: str) -> None:
    print("frame", int(float(nanoseconds)), flush=True)  # noqa: T201 - what it is for


def main() -> None:
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=shutil.which("chromium"),
            headless=False,
            no_viewport=True,
            args=["--kiosk", "--no-sandbox", "--window-size=1280,800", "--window-position=0,0", "--no-first-run"],
        )
        page = context.pages[0]
        page.expose_function("told", tell)
        page.set_content(PAGE)
        page.evaluate("drawn()")
        page.wait_for_event("close", timeout=0)
        threading.Event().wait(0)


if __name__ == "__main__":
    main()
