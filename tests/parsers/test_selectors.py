"""CSS over the page's one tree."""

import lxml.html
import pytest
from soupsieve import SelectorSyntaxError

from parsers.selectors import selector
from parsers.tree import parse_html

PAGE = """<body><!-- note --><div id="main" class="TRS_Editor  wide"><p>正文<b>一</b></p><p>附件：<a href="a.pdf">表</a></p><p><i>之前</i>之后</p></div>
<ul><li class="odd">1</li><li>2</li></ul></body>"""


@pytest.mark.parametrize(
    ("css", "xpath"),
    [
        ("div.TRS_Editor > p", "//div/p"),
        ("#main.wide a[href$='.pdf']", "//a"),
        ("p:has(> a)", "//p[a]"),
        ("p:-soup-contains('附件')", "//p[2]"),
        ("p:-soup-contains-own('之后')", "//p[3]"),
        ("li:not(.odd), b", "//b | //li[2]"),
        ("ul li:nth-child(2)", "//li[2]"),
        (".gone", "//gone"),
    ],
)
def test_gives_the_trees_own_elements(css: str, xpath: str) -> None:
    """What CSS selects are the very elements that XPath gives, in document order."""
    tree = parse_html(PAGE)
    assert selector(tree)(css) == tree.xpath(xpath)


def test_leaves_the_tree_alone() -> None:
    """Selecting changes nothing."""
    tree = parse_html(PAGE)
    before = lxml.html.tostring(tree)
    selector(tree)("p")
    assert lxml.html.tostring(tree) == before


def test_no_selector() -> None:
    """A typing error in a rule is an error, not an empty result."""
    with pytest.raises(SelectorSyntaxError):
        selector(parse_html(PAGE))("p[")
