"""What is not a document is rejected by name; the shortest documents are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import Reason, Rejection
from parsers.main_text.extract import extract
from parsers.main_text.screen import screen, screen_extraction
from parsers.page import Page
from parsers.tree import parse_html

ITEMS = "".join(
    f"<li><a href='/{n}.html'>关于做好第{n}批项目申报工作的通知</a><span>2024-03-{n:02d}</span></li>"
    for n in range(1, 13)
)
CARDS = "".join(
    f"<article><h2><a href='/{n}'>乡村振兴观察之{n}：产业发展新路径</a></h2><p>近年来，当地依托特色资源，走出了一条产业兴旺之路，成效明显。</p><a href='/{n}'>阅读全文</a></article>"
    for n in range(5)
)
MENU = "".join(f"<a href='/c{n}/'>栏目导航{n}</a>" for n in range(30))

WALLED = (
    "<h1>东河林场的春天</h1><p>发布时间：2024-03-06 来源：青石林业报</p>"
    "<p>东河林场今年新造林三千亩，比上年多一千二百亩。开通会员即可阅读全文，每月仅需十元，已是会员请登录后阅读全文。</p>"
)
HEAD = "<meta name='ArticleTitle' content='东河林场的春天'><meta name='PubDate' content='2024-03-06 09:00'>"


def judge(html: str, status: int | None = 200) -> Rejection | None:
    """Screens a page before and after extraction."""
    page = Page(
        "http://www.example.gov.cn/a.html",
        datetime(2026, 1, 1, tzinfo=UTC),
        status,
        "text/html",
        html.encode(),
    )
    tree = parse_html(html)
    return screen(page, tree) or screen_extraction(page, tree, extract(tree))


def body(text: str, title: str = "青石市人民政府") -> str:
    """A page."""
    return f"<html><head><title>{title}</title></head><body>{text}</body></html>"


@pytest.mark.parametrize(
    ("reason", "html", "status"),
    [
        ("not_found", body("<h1>404</h1>"), 404),
        ("not_found", body("<p>该信息已撤下。</p>"), 410),
        ("error_page", body("<h1>403 Forbidden</h1><hr>nginx"), 403),
        ("error_page", body("<h1>500 Internal Server Error</h1>"), 200),
        ("error_page", body("<h1>HTTP Status 500 – Internal Server Error</h1><p>java.lang.NullPointerException</p>"), 200),
        ("challenge", body("<p>您的请求疑似攻击行为，已被拦截。</p><p>事件编号：8f2a</p>"), 403),
        ("challenge", body("<div>安全验证</div><p>请完成下方验证后继续访问</p>"), 200),
        ("challenge", body("<p>Checking your browser before accessing the site.</p>", "Just a moment..."), 503),
        ("challenge", "<script>var a=1;document.cookie='x='+a;location.href=location.href</script>", 521),
        ("challenge", "<html><head><script>$_ts=window['$_ts'];</script></head><body></body></html>", 412),
        ("login", body("<form>用户名<input name=u>密码<input type=password name=p><input type=submit value=登录></form>"), 200),
        ("login", body("<p>您需要登录后才能查看本页内容。</p>"), 200),
        ("login", body(f"<div>{WALLED}</div><div>{MENU * 4}</div>", "东河林场的春天"), 200),
        ("login", f"<html><head><title>东河林场的春天</title>{HEAD}</head><body><div>{WALLED}</div></body></html>", 200),
        ("login", f"<html><head><title>东河林场的春天</title>{HEAD}</head><body><div>{WALLED}</div>{MENU * 4}</body></html>", 200),
        ("maintenance", body("<p>尊敬的用户：系统升级维护，请您稍后访问，由此给您带来的不便敬请谅解！</p>"), 200),
        ("maintenance", body("<h1>网站正在升级维护，请稍后访问</h1>"), 200),
        ("maintenance", body("<p>We are down for maintenance and will be back soon.</p>", "Maintenance"), 503),
        ("soft_not_found", body("<p>抱歉，您访问的页面不存在或已被删除。</p><a href='/'>返回首页</a>"), 200),
        ("soft_not_found", body(f"{MENU}<p>内容很多的模板</p>", "404 Not Found"), 200),
        ("navigation_frame", "<html><frameset cols='20%,*'><frame src=l.html><frame src=r.html></frameset></html>", 200),
        ("navigation_frame", body("".join(f"<a href='{n}.html' target='_parent'>栏目{n}</a>" for n in range(8))), 200),
        ("empty_shell", body("<noscript>Please enable JavaScript to continue.</noscript><div id='app'></div><script src=/a.js></script>"), 200),
        ("empty_shell", body("<div id='root'>加载中...</div><script src=/a.js></script>"), 200),
        ("listing", body(f"<div>{MENU}</div><ul>{ITEMS}</ul><div>共 120 条 上一页 下一页</div>", "通知公告"), 200),
        ("listing", body(f"<main>{CARDS}</main>", "乡村观察"), 200),
        ("listing", body("<h3>《政策研究》2024年第1期</h3><p>目录</p>" + "".join(f"<p>治理现代化研究之{n}</p><p>张三</p>" for n in "甲乙丙丁戊己")), 200),
        ("listing", body("<h1>Index of /files</h1><pre><a href=a>a</a></pre>", "Index of /files"), 200),
        ("empty_document", body("<h1>公告</h1><p>略</p>"), 200),
        ("empty_document", body("<div><h1>青石市工程中标公告</h1><p>暂无符合条件的内容。</p></div>", "青石市工程中标公告"), 200),
    ],
)  # fmt: skip
def test_reasons(reason: Reason, html: str, status: int) -> None:
    """Each kind of page that is no document has its name, and the evidence has words."""
    found = judge(html, status)
    assert found is not None
    assert found.reason == reason
    assert found.detail


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("关于暂停供水的公告", "<h1>关于暂停供水的公告</h1><p>因管道检修，3月5日8时至17时东河街暂停供水。</p>"),
        ("关于网站系统升级维护的公告", "<h1>关于网站系统升级维护的公告</h1><p>定于3月9日零时至六时进行系统升级维护，期间网站暂停访问，敬请谅解。</p><p>2024年3月6日</p>"),
        ("关于规范网站登录服务的通知", "<h1>关于规范网站登录服务的通知</h1><p>自4月1日起，申报企业须登录后提交材料，请登录省政务服务网办理。</p>"),
        ("青石市人民政府令第404号", "<h1>青石市人民政府令第404号</h1><p>《青石市城市绿化条例实施细则》已经市政府常务会议通过，现予公布。</p>"),
        ("关于东河街恢复通行的通告", "<h1>关于东河街恢复通行的通告</h1><p>东河街今日恢复通行。</p>"),
        ("东河街恢复通行", "<h1>东河街恢复通行</h1><p>发布时间：2024-03-06</p><p>东河街今日恢复通行。</p>"),
        ("关于支持创新平台的批复", "<h1>关于支持创新平台的批复</h1><p>要加强科技创新平台建设，完善政策体系。</p>"),
        ("关于春耕咨询的答复", "<h1>关于春耕咨询的答复</h1><p>您咨询的文件已失效，现行政策请查阅市政府公报。</p>"),
        ("我市加快产业转型", "<h1>我市加快产业转型</h1><p>发布时间：2024-03-06</p><p>我市正在加快传统产业转型升级，推动工业经济稳步增长，全年新建项目四十个，企业普遍反映良好。</p>"),
        ("省长会见客人", "<h1>省长会见客人</h1><p>3月5日，省长在青石会见来访客人一行。</p>"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["", MENU, f"<ul>{ITEMS}</ul>"])
def test_short_notices_are_documents(title: str, text: str, around: str) -> None:
    """A notice of two lines is never lost, whatever it is about and whatever stands around it."""
    assert judge(body(f"<div>{text}</div><div>{around}</div>", f"{title}-青石市人民政府")) is None


def test_what_the_head_calls_an_article_is_one() -> None:
    """A reply may speak of login and verification, a list of names has no sentence."""
    head = "<meta name='ArticleTitle' content='某某来信'><meta name='PubDate' content='2024-03-06 09:00'>"
    reply = (
        "很抱歉，您所咨询的补助须经经济状况调查和身份核实；请您登录系统后点击“我的申请”，登录后可查看进度。"
    )
    names = "".join(f"<p>青石第{n}农业合作社</p>" for n in "一二三四五六七八")
    for text in (f"<p>{reply}</p>", names):
        html = f"<html><head><title>某某来信</title>{head}</head><body><h1>某某来信</h1><div class='TRS_Editor'>{text}</div><ul>{MENU * 4}</ul></body></html>"
        assert judge(html) is None
    gone = reply.replace(reply, "抱歉，该文章不存在或已被删除，请返回首页。")
    assert judge(
        f"<html><head><title>提示</title></head><body><div class='TRS_Editor'><p>{gone}</p></div></body></html>"
    )


def test_many_attachments_are_no_listing() -> None:
    """A short notice may have more lines of attachments than of text."""
    attached = "".join(
        f"<p><a href='/download?id={n}'>附件{n}：青石市林业项目申报表格之{n}</a></p>" for n in range(1, 9)
    )
    html = (
        f"<div class='TRS_Editor'><p>现将2024年林业项目申报有关表格印发，请按要求填报。</p>{attached}</div>"
    )
    assert judge(body(html, "关于印发林业项目申报表格的通知")) is None


def test_imported_files_have_no_status() -> None:
    """A page without a status is judged by what it says."""
    assert judge(body("<h1>通知</h1><p>经研究决定，自即日起调整办公时间，请相互转告。</p>"), None) is None


@settings(max_examples=60)
@given(
    st.text(alphabet=st.sampled_from("<>/ =\"'divpa登录维护404。错误\n"), max_size=200),
    st.sampled_from([None, 200, 404, 500]),
)
def test_screening_is_total(html: str, status: int | None) -> None:
    """Any page is judged without an exception."""
    found = judge(html, status)
    assert found is None or found.detail
