"""Lines that stand around a main text and are none: bylines, credits, share bars, info tables, disclaimers."""

from __future__ import annotations

import re

from parsers.recurring import recurring

_COLON = r"\s*[:：]"
# Pages in traditional characters use the same labels: these turn theirs into ours before a line is compared.
_TRADITIONAL = "發佈時間來源責編輯瀏覽點閱數讀擊網頁關閉窗審覈監製攝影稿錄標題號機構類別級檔鍵詞單位訪問權聲備號隱無許轉載連結閱評論熱門讚當回頂長"
_SIMPLE = "发布时间来源责编辑浏览点阅数读击网页关闭窗审核监制摄影稿录标题号机构类别级档键词单位访问权声备号隐无许转载连结阅评论热门赞当回顶长"
_LABEL_CHARACTERS = str.maketrans(_TRADITIONAL, _SIMPLE)
_HAS_TRADITIONAL = re.compile(f"[{_TRADITIONAL}]")

# Labels of the table on top of a government document (信息公开目录; GB/T 9704's elements as systems print them).
INFO_LABELS = frozenset(
    [
        "索引号",
        "信息索引",
        "索引",
        "主题分类",
        "发文机关",
        "发文机构",
        "发布机构",
        "发布单位",
        "发文单位",
        "公开主体",
        "公开责任部门",
        "责任部门",
        "信息来源",
        "成文日期",
        "发文日期",
        "发布日期",
        "公布日期",
        "生成日期",
        "制发日期",
        "印发日期",
        "公开日期",
        "组配分类",
        "主题词",
        "文号",
        "发文字号",
        "文件编号",
        "公文文号",
        "标题",
        "名称",
        "信息名称",
        "文件名称",
        "信息类别",
        "信息分类",
        "公文种类",
        "体裁分类",
        "体裁",
        "服务对象",
        "公开方式",
        "公开范围",
        "公开时限",
        "公开形式",
        "公开程序",
        "内容概述",
        "内容摘要",
        "有效性",
        "时效性",
        "效力状态",
        "时效",
        "生效日期",
        "实施日期",
        "施行日期",
        "失效日期",
        "废止日期",
        "有效期",
        "关键词",
        "关键字",
        "统一编号",
        "登记号",
        "规范性文件编号",
        "分类",
        "主题",
        "所属主题",
        "信息生成日期",
        "语种",
        "载体类型",
        "记录形式",
        "所属机构",
        "机构分类",
        "发布时间",
        "生成时间",
        "公开时间",
        "印发时间",
        "签发日期",
        "是否有效",
        "浏览次数",
        "主办单位",
        "栏目名称",
        "来源",
    ]
)
# Labels that alone tell an info table, wherever the rest of it is unusual.
_INFO_SURE = frozenset(
    [
        "索引号",
        "信息索引",
        "组配分类",
        "主题分类",
        "公开方式",
        "内容概述",
        "信息类别",
        "发文字号",
        "公文种类",
        "体裁分类",
        "发布机构",
        "发文机关",
        "主题词",
        "成文日期",
        "生成日期",
    ]
)

_BYLINE_LABEL = (
    r"(?:(?:信息|文章|稿件|新闻|内容|本文)?来\s*源|稿源|出处|(?:发布|发表|更新|发稿|录入|添加|创建|上传|公开|成文|生成|编辑|修改)?(?:时\s*间|日\s*期)|"
    r"(?:文章)?作\s*者|供稿(?:人|单位)?|撰稿|责任?编辑?|编\s*辑|审\s*核|校对|签发|发布(?:人|者|单位|机构)|信息员|通讯员|摄影|"
    r"(?:浏览|阅读|点阅|访问|点击|查看)(?:次数|人数|数|量)?|点击率|字\s*[体号]|字体大小|【?字体|分享(?:到|至)?|关键[词字]|标签|所属栏目|栏目|文号|索引号|"
    r"Source|Information source|Author|Editor|Published(?: on)?|Updated|Date|Views?|Number of readers|Tags?|By)"
)
_BYLINE = re.compile(rf"^[【\[（(]?\s*{_BYLINE_LABEL}\s*[】\]]?{_COLON}", re.IGNORECASE)
_BYLINE_PART = re.compile(rf"(?:^|[\s|｜　【\[（(]){_BYLINE_LABEL}{_COLON}", re.IGNORECASE)
_DATE_LINE = re.compile(
    r"^[\[（(]?\s*\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*(?:星期.|周.)?\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?\s*[\])）]?"
)
# `高原日报 2024-07-01 15:22`, `首都科技网 | 2025-03-11`: a name and a date, nothing else.
_DATED_NAME = re.compile(
    r"^[^\d，。；：:、！？]{2,24}[\s|｜/·]*\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?$"
)
_CREDIT = re.compile(
    r"^(?:【我?要?纠错】)?\s*[【\[（(<《]?\s*(?:责任?\s*编\s*辑|责\s*编|本文编辑|网站编辑|网络编辑|执行编辑|值班编辑|本期编辑|编\s*辑|审\s*核|审\s*校|校\s*对|"
    r"审\s*签|点阅数|初\s*审|复\s*审|终\s*审|一\s*审|二\s*审|三\s*审|监\s*制|主\s*编|值班主任|值班编委|统\s*筹|排\s*版|美\s*编|"
    r"(?:信息|文章|稿件|新闻|内容|本文|图片)?来\s*源|稿\s*源|供\s*稿(?:人|单位)?|撰\s*稿|信息员|录入|浏览次数|阅读次数|点击数|阅读量|点击量|"
    r"Editor|Source|Tags?|Categories|Filed under)(?:[：:]|\s*[】\]]\s*[:：]?|\s*[丨|/]).{0,60}$",
    re.IGNORECASE,
)
_EDITOR = re.compile(r"^(?:【我?要?纠错】)?\s*[【\[（(<《]?\s*(?:责任\s*编\s*辑|责\s*编)\s*[】\]]?\s*[:：]")
# A line of controls holds nothing else: `中 华 人 民 共 和 国` begins like a font size and is text.
_CONTROL = re.compile(
    r"^(?:[\W_]*(?:我?要?纠错|打印(?:本(?:页|文|稿))?|(?:加入|推荐)?收藏|关闭(?:窗口|本页|页面)?|返回(?:列表|顶部|首页|上一页|目录)?|"
    r"分享(?:到|至|按钮)?|[大中小]|字[号体]|复制链接|下载(?:本文|文字版|图片版)?|评论|点赞|微信|微博|新浪微博|腾讯微博|QQ空间|QQ好友|QQ|人人网|"
    r"开心网|豆瓣|朋友圈|更多|Print|Share|Close|Email|Top|背景色|恢复默认|默认|繁体|简体|朗读|语音播报|无障碍(?:浏览|阅读|版)?|长者(?:版|模式)|"
    r"手机(?:版|看|浏览)|我要评论|举报|转发|正文|[AT][+-]|首页|上一页|下一页|尾页))+[\W_]*$",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"扫一扫(?:在手机|手机|分享|关注|，)|扫描?(?:上方|下方|左侧|右侧)?二维码|在手机打开当前页|点击右上角|微信扫一扫|分享到(?:微信|朋友圈)|"
    r"^(?:您|你)?(?:的|所在的?)?(?:当前|现在|所在)(?:的)?(?:位置|栏目)|^位置[：:]|^首页\s*[>＞»/\\-]|^Home\s*[>»/]|"
    r"^阅读(?:原文|全文|剩余全文)|^展开全文|(?:查看|阅读|了解)更多\W*$|^请(?:先)?登录(?:\W*$|后(?:评论|发表|查看))|^登录\s*[|/]?\s*注册|^Your current location|"
    r"^原标题[：:]|^(?:浏览|阅读|点击)(?:次数|量|数)?[：:]|^(?:已有)?\d*\s*(?:人)?(?:条)?评论$|^共\s*\d+\s*(?:条|页)(?:记录|数据|[\s/]|$)|"
    r"^第?\s*\d+\s*/\s*\d+\s*页|^\W*(?:首页|上一页|下一页|尾页)(?:\s+(?:首页|上一页|下一页|尾页|\d+))*\W*$|"
    r"点击(?:上方|下方|上面)?[“‘]?蓝字|(?:长按|识别).{0,12}二维码|(?:共享|分享|转发)(?:此|本|这篇)?文章?[：:]|^\d{4}-\d\d-\d\d \d+ By\b",
    re.IGNORECASE,
)
_NEIGHBOURS = re.compile(
    r"^[\W_]*(?:(?:上|下)一(?:篇|条|页|则|个)|前一(?:篇|条)|后一(?:篇|条)|"
    r"相关(?:新闻|文章|链接|阅读|稿件|推荐|报道|信息|资讯|内容|解读|专题|主题|搜索)|关联(?:文件|稿件|阅读)|智能推荐|"
    r"(?:推荐|延伸|热门|精彩|热点)(?:阅读|新闻|推荐|文章|资讯|排行|图文)|猜你(?:喜欢|感兴趣)|大家都在看|编辑推荐|图片新闻|最新(?:文章|资讯|新闻|发布)|"
    r"今日(?:热点|推荐)|为(?:你|您)推荐|友情链接|(?:发表|网友|查看|写|最新|全部|热门|用户)?(?:评论|留言|跟帖)(?:区|列表)?|"
    r"Recommended Reading|Recommended|Related (?:news|stories|articles|posts|links|content)?|Read more|Leave a (?:reply|comment)|Comments?|You may also like|"
    r"More (?:news|stories|from)|Popular|Trending|Most (?:read|viewed|popular)|Previous(?: post| article)?|Next(?: post| article)?)"
    r"(?:\W|\d|$)",
    re.IGNORECASE,
)
# Each of these begins with a character of its own that has no case, so that the scan skips to the next one that may
# begin any: on a paragraph that takes a fifth of the time.
_RIGHTS = re.compile(
    r"网站标识码|公网安备|版权所有|技术支持[：:]\D{2,40}$|主办(?<=^主办)(?:单位)?[：:].*(?:承办|地址|邮编|电话|支持|维护|Email)|免责声明|版权(?:声明|与免责)|"
    r"凡本网|凡注明|本网(?:未|站)?注明|未经(?:本网|本站|本报|书面|授权|许可|允许)[^。]{0,14}(?:不得|禁止|严禁)[^。]{0,8}(?:转载|复制|摘编|镜像|链接)|"
    r"投资者据此操作|不代表本(?:网|站|报|人|平台)|与本(?:网|站|平台)(?:无关|立场)|最佳[^。]{0,20}(?:分辨率|浏览器?(?:浏览|访问))|"
    r"建议[^。]{0,20}(?:分辨率|浏览器?(?:浏览|访问))|仅供(?:读者)?参考，?(?:并|不|请)|转载请注明|重要告示|如有侵权|"
    r"联系(?:我们)?删除|不良信息举报",
    re.IGNORECASE,
)
# What stands in a footer, and in laws about those who have to put it there: a sentence is none of a footer.
_RIGHTS_UNSAID = re.compile(
    r"隐私(?:政策|声明)|电信业务经营许可证|新闻信息服务许可证|视听节目许可证|ICP备", re.IGNORECASE
)
# An article of a law names no site of its own; a numbered disclaimer does.
_ARTICLE = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百千〇零\d]+[章节条款]|[一二三四五六七八九十]+\s*、|[(（][一二三四五六七八九十]+[)）])"
)
_OWN_SITE = re.compile(r"本(?:网|站|平台|公众号|报|刊|页)")
_RIGHTS_IN_LATIN = re.compile(
    r"(?:^|[\s|｜(（])©|Copyright\s*(?:\(c\)|©|[:：]|by|\d{4})|All Rights Reserved|provided for reference only|Privacy Policy|"
    r"Terms of (?:Use|Service)|Powered by",
    re.IGNORECASE,
)
_LATIN = re.compile("[A-Za-z©]")
_RESOLUTION = re.compile(r"\d{3,4}\s*[*×x]\s*\d{3,4}.{0,8}分辨率", re.IGNORECASE)
_LABEL = re.compile(r"^[【\[]?\s*([\u4e00-\u9fff][\u4e00-\u9fff\s\u3000\xa0]{0,12}?)\s*[】\]]?\s*[:：]?$")
_LABELLED = re.compile(r"^[【\[]?\s*([\u4e00-\u9fff][\u4e00-\u9fff\s\u3000\xa0]{0,12}?)\s*[】\]]?\s*[:：]")
_EVENT = re.compile(r"^(?:会议|活动|培训)?(?:地\s*点|主\s*持|嘉\s*宾|出\s*席|主\s*讲)[\w\s]{0,6}[：:]")
_BLANKS = re.compile(r"\s+")

# After a date in a line of its own: a source may follow, a session or a decision is text.
_SAYS = re.compile(r"[，。；）)]|会议|通过|修[订正改]|公布|发布|施行|批准|印发|第.{1,6}次")

# An account that a reader of the page is asked to follow.
_ACCOUNT = re.compile(r"公众号|订阅号|视频号|关注我们")

# A byline or a credit is short; a longer line with such a label in front is a sentence.
_BYLINE_MAX = 160
_CREDIT_MAX = 90
# Characters before the words that tell a sentence to the reader of the page from one of the text.
_AT_ONCE = 12


def is_event(line: str) -> bool:
    """Tells whether a line is where an event takes place or who attends: the time above it is text, no byline."""
    return bool(_EVENT.match(line))


@recurring
def _simplified(line: str) -> str:
    return line.translate(_LABEL_CHARACTERS) if _HAS_TRADITIONAL.search(line) else line


@recurring
def info_label(line: str) -> str | None:
    """Returns the label of an info table that a line is or begins with, blanks taken out."""
    if len(line) > 600:
        return None
    found = _LABELLED.match(line) or _LABEL.match(line)
    if found is None:
        return None
    label = _BLANKS.sub("", found[1])
    return label if label in INFO_LABELS else None


def is_info_table(labels: set[str]) -> bool:
    """Tells whether labels that stand together make an info table."""
    return len(labels) >= 3 and bool(labels & _INFO_SURE)


def is_byline(line: str) -> bool:
    """Tells whether a line above a text is its bar of source, date, counter and font size."""
    if len(line) > _BYLINE_MAX:
        return False
    line = _simplified(line)
    if _BYLINE.match(line) or _DATED_NAME.match(line):
        return True
    date = _DATE_LINE.match(line)
    if date is not None:
        rest = line[date.end() :]
        parted = not rest[:1].isalnum() or line[date.end() - 1].isspace() or _BYLINE.match(rest)
        return len(rest) <= 40 and bool(parted) and not _SAYS.search(rest)
    return len(line) <= 100 and len(_BYLINE_PART.findall(line)) >= 2


def is_editor(line: str) -> bool:
    """Tells whether a line names the editor in charge, who signs at an article's end."""
    return len(line) <= _CREDIT_MAX and bool(_EDITOR.match(line))


def is_credit(line: str) -> bool:
    """Tells whether a line names editors, sources or counters, or is a control of the page."""
    if len(line) > _CREDIT_MAX or line.endswith(("。", "；")):  # who checks what, in a procedure
        return False
    return bool(_CREDIT.match(_simplified(line))) or is_control(line)


def is_control(line: str) -> bool:
    """Tells whether a line is buttons: print, close, share, font size."""
    return len(line) <= 40 and bool(_CONTROL.match(_simplified(line)))


def is_furniture(line: str) -> bool:
    """Tells whether a line belongs to the page: breadcrumb, neighbours, QR code, related articles."""
    found = _FURNITURE.search(_simplified(line)) if len(line) <= 120 else None
    if found is None or found.start() <= _AT_ONCE or "。" not in line:
        return found is not None
    # A sentence that comes to it later is about something else, unless it asks to follow an account.
    return _ACCOUNT.search(line) is not None and not _ARTICLE.match(line)


@recurring
def opens_neighbours(line: str) -> bool:
    """Tells whether a line opens what comes after an article: related texts, comments, the next one."""
    return len(line) <= 60 and bool(_NEIGHBOURS.match(_simplified(line)))


def is_rights(line: str) -> bool:
    """Tells whether a line is a copyright notice, a disclaimer or a footer."""
    if len(line) > 600:
        return False
    line = _simplified(line)
    if _ARTICLE.match(line) and not _OWN_SITE.search(line):
        return False
    return bool(
        _RIGHTS.search(line)
        or ("。" not in line and _RIGHTS_UNSAID.search(line))
        or (_LATIN.search(line) and _RIGHTS_IN_LATIN.search(line))
        or ("分辨率" in line and _RESOLUTION.search(line))
    )
