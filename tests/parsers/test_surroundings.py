"""Lines around a main text, each kind with lines of a text that look like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from parsers.main_text import surroundings as around


@pytest.mark.parametrize(
    ("tells", "lines", "text"),
    [
        (
            around.is_byline,
            ("发布时间：2024-02-27 来源：市林业局", "2024-02-27 09:30", "發佈時間：2024-02-27", "首都科技网 | 2025-03-11"),
            ("2024年2月27日，市政府召开会议。", "2023年3月1日省人大常委会第五次会议通过", "来源广泛的资金要用好。"),
        ),
        (around.is_credit, ("责任编辑：张三", "【打印本页】", "[编辑：李四]"), ("编辑出版工作要加强。", "中 华 人 民 共 和 国")),
        (around.is_editor, ("责任编辑：张三", "【责编】：李四"), ("来源：市林业局", "责任要落实。")),
        (around.is_control, ("打印 关闭", "字号：大 中 小", "分享到 微信 微博"), ("关闭小煤矿。",)),
        (around.is_furniture, ("您当前的位置：首页 > 公告", "扫一扫在手机打开当前页", "更多林业政策信息请关注“青石林业”微信公众号，长按识别下方二维码即可关注。"), ("位置优越，交通便利。", "各县要密切关注旱情，受灾农户扫描二维码即可申报损失。", "三、推行网上预约。群众关注“青石林业”公众号，扫描二维码即可办理。")),
        (around.opens_neighbours, ("相关阅读", "上一篇：关于植树的通知", "Read more"), ("相关部门要加强配合。", "下一步要抓落实。")),
        (around.is_rights, ("版权所有 未经授权不得转载", "京ICP备05000000号"), ("加强版权保护。",)),
        (around.is_event, ("地点：市政府一号会议室", "主持人：张三"), ("地点偏远的村要先做。",)),
    ],
)  # fmt: skip
def test_lines(tells: Callable[[str], bool], lines: tuple[str, ...], text: tuple[str, ...]) -> None:
    """The page's own lines are told from the text's."""
    assert [line for line in lines if not tells(line)] == []
    assert [line for line in text if tells(line)] == []


def test_labels_of_an_info_table() -> None:
    """Blanks within a label do not count; a label alone proves nothing, three with a sure one do."""
    assert around.info_label("索 引 号：A1-2024") == "索引号"
    assert around.info_label("【发文机关】") == "发文机关"
    assert around.info_label("工作目标：") is None
    assert around.is_info_table({"索引号", "发文机关", "成文日期"})
    assert not around.is_info_table({"索引号", "发文机关"})
    assert not around.is_info_table({"标题", "名称", "关键词"})
