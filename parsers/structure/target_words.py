"""The words by which a commitment, its subject and its direction are told, in Chinese and English."""

from __future__ import annotations

import re

# Verbs whose object is counted: 培育企业5户, 建设10个平台.
MAKING = frozenset(
    """
    净增 新设 共建 扩招 配套 接待 减负 列支 提取 计提 统筹 投用 建成投用 投入使用 培育 培养 引进 引育 新增 增加 新建 建设 建成 建立 打造 创建 组建 认定 遴选 选派 选育
    选聘 实施 部署 推进 推动 开展 组织 支持 扶持 完成 实现 发展 形成 攻克 转化 孵化 招引
    引入 引导 争取 争创 获批 布局 启动 落地 投入 投资 安排 发放 发布 制定 制修订 修订 出台
    推广 改造 改建 扩建 续建 开工 开通 建好 建 培训 举办 开发 研制 推出 选树 评选 聚集 集聚
    吸引 带动 储备 申报 培树 设立 成立 搭建 构建 签约 吸纳 转移 拿出 减少 淘汰 压减 关闭 清理
    整治 治理 造林 营造 供应 提供 种植 生产 保障 资助 办理 入选 新认定 新培育 新引进
    新改建 新改扩建 改扩建 谋划 谋划实施 组织实施 创造 拥有 授权 转移转化 实施完成 落实 凝练
    攻关 突破 列入 建强 做强 壮大 育成 培植 助力 帮助 指导 鼓励 覆盖 惠及 辐射 服务 筹集
    募集 发行 提高 提升 降低 压缩 缩短 扩大 增强 释放 输送 选拔 招收 招聘 引聚 汇聚 引培
    引才 留住 稳定 更新 替代 布设 铺设 架设 植树 修复 退耕 节约 削减 化解 盘活 处置 收储
    供给 配备 配置 购置 建造 创办 领办 申请 取得 达成 促成 签订 完善 升级 打通 拓展 滚动实施
    统筹推进 招商 引资 引进外资 利用 实际利用 吸收 消纳 外送 脱贫 实现脱贫 救助 帮扶 新开
    新开工 竣工 投产 交付 筹建 兴建 搬迁 安置 解决 消除 整改 摘帽 迁建 重建 加固 清退 关停
    拆除 培优 扶优 孵育 创成 建档 推送 评定 命名 表彰 选出 征集 收集 采集 出版 播出 拍摄
    创作 保护 抢救 修缮 开放 演出 放映 采购 招录 录用 录取
    """.split()  # noqa: SIM905 - a vocabulary reads as words
)

# What orders begin with besides; it has no counted object.
ORDERING = tuple(
    "加强 深化 健全 优化 强化 严格 坚持 聚焦 围绕 聚力 力促 抓好 办好 用好 做好 发挥 把 将 大规模".split()  # noqa: SIM905 - words
)

# Of these, the ones that end noun phrases as well: 固定资产投资, 研发经费投入, 平台建设.
NOUN_LIKE = frozenset(
    """
    投资 投入 转化 发展 培训 生产 建设 治理 改造 开发 服务 推广 供应 保障 供给 转移 转移转化
    授权 攻关 申请 利用 覆盖 保护 采购 出版 演出 消纳 外送 升级 储备 救助 帮扶 修复 加固
    搬迁 安置 整改 资助 脱贫 扩招 替代
    """.split()  # noqa: SIM905 - a vocabulary reads as words
)

# Verbs whose clause says who is to do something: what stands after them is not the counted thing.
CAUSING = frozenset(
    "支持 鼓励 引导 推动 带动 组织 帮助 指导 选派 确保 使 促进 吸引 扶持 助推 遴选 资助 动员".split()  # noqa: SIM905 - a vocabulary reads as words
)

# Predicates of a level or a change, between the subject and the number.
REACHING = frozenset(
    """
    达到 达 达标 增长到 增长至 增长 增加到 增加至 增加 增至 增到 增 提高到 提高至 提高 提升到
    提升至 提升 上升到 上升至 上升 升至 下降到 下降至 下降 降低到 降低至 降至 降到 降低 降
    减少到 减少至 减少 减至 压减 压减到 压减至 压缩到 压缩至 压缩 缩短至 缩短到 缩短 缩减
    缩减至 控制在 保持在 稳定在 维持在 保持 稳定 占到 占 为 到 至 在 扩大到 扩大至 扩大 翻
    实现 完成 突破 超过 力争达到 发展到 发展至 壮大到 达到或超过 均达到 均达 均为 迈上 迈过
    跃升至 跃升到 跃上 落实 稳步提升至 不断提升至 建成 形成 拓展到 延伸到 覆盖 累计达到 累计达
    总计达到 持平 回落 回升 恢复到 恢复至 进入 跻身 位列 列 居 是 有 净增 递增
    新增 培育 认定 引进 入库 新建 组建 认定数 净增加 稳定增长 稳步增长 削减 放大 撬动
    精简 减排 节约 调减 递减 减 低 高
    """.split()  # noqa: SIM905 - a vocabulary reads as words
)

# Words of aim, time and order that are never part of a counted noun.
AIMING = frozenset(
    """
    力争 争取 确保 努力 预计 预期 每年 年均 全年 今年 明年 累计 总计 合计 分别 分别为 进一步
    继续 以及 其中 同时 还要 还将 特别是 尤其是 率先 目标是 力保 努力实现 争取实现 确保实现
    力争实现 力争达到 一是 二是 三是 四是 五是 六是 七是 八是 年内 年底前 至少 建议 批准 实现零的突破 提出 明确 强调
    要求达到 每人 每户 原则上 同比 环比 计划 规划 逐年 逐步 应当 必须 不断 、 ， , （ ( ： :
    """.split()  # noqa: SIM905 - a vocabulary reads as words
)

# Adverbs that are adjectives as well (重点实验室, 高标准农田, 新能源): left out only before a verb.
ADVERBS = AIMING | frozenset(
    """
    拟 将 要 应 须 可 再 新 加快 积极 大力 全面 深入 重点 着力 精准 稳步 持续 扎实 有序
    切实 优先 集中 共 均 平均 基本 全力 加紧 高标准 高水平 高质量 科学 统筹 各 也 都 则 并
    且 及 和 与 还 尽快 抓紧 保证 保持 当年 年度 到 至 在 于 用于 通过 明显 显著 大幅
    有效 严格 实际 以 更多 由 即 是 能够 我们 各地 加大 滚动 分批 择优 梯次 梯度 主动 带头
    """.split()  # noqa: SIM905 - a vocabulary reads as words
)

# Single characters that end a clause before its number and are no noun's last character there.
TRAILING = AIMING | frozenset(
    "达 增 降 翻 占 为 到 至 在 超 约 近 均 共 要 将 是 各 都 有 破 逾 再 也 总数达 均要 并 同时 可 应".split()  # noqa: SIM905 - a vocabulary reads as words
)

# Predicates that only describe: 面积为100亩 commits to nothing.
DESCRIBING = frozenset(
    "为 到 至 在 是 有 占 列 低 高 占到 拥有 均为 覆盖 辐射 位列 持平 稳定 保持 服务".split()  # noqa: SIM905 - a vocabulary reads as words
)

REGION = re.compile(
    r"(?:全[省市县区国州镇乡校院旗盟]|我[省市县区国校]|[省市县区]级财政|各[省市县区地级]{1,3}|本[省市县区])"
)

# A verb that begins a noun when one of these follows: 投资总额, 投入强度, 发展基金, 建设用地.
NOUN_HEADS = (
    "总额", "强度", "额", "规模", "率", "量", "水平", "基金", "用地", "能力", "占比", "比重", "比例", "收入", "产值", "产业", "性",
    "人口", "地区", "经费", "金额", "标准", "额度", "成本", "周期", "时间", "面积", "人员", "资金", "型", "区", "效率", "指数", "标准", "机构", "体系", "环境",
)  # fmt: skip

# Heads of indicators: no verb takes them as its object but one of change.
INDICATOR = re.compile(
    r"时限|时间|时长|周期|效率|强度|比例|比重|占比|指数|增速|面积|性(?!能)|[一-鿿]{1,4}率$|[一-鿿]?[率额]|年限|就业$"
)

# What stands behind the counted noun where it acts itself: 支持100家企业开展…
ACTING = re.compile(
    r"(?:开展|实施|建立|建设(?!项目|工程|用地|标准|基地|任务)|实现|达到|完成|参与|入驻|购买(?!服务)|上云|上市|挂牌|深入|结对|纳入|申报|承担|牵头|进入|通过|获得|获批|落户|投产|开工|竣工|入库|建成|"
    r"返乡|就业|创业(?![大园投孵基平板])|增收|脱贫|接入|应用|改造升级|转型(?!升级)|升级(?=[，。；]|$)|参加|加入|使用|惠及|以[^，。；]{1,8}(?:方式|形式)|从事|给予|设立|组建|成为|创建|打造|推进|落地|来|赴|到|向|下乡|驻点|驻村|驻厂|在|与|用于|为|享受|受益|建有|拥有|"
    r"[建培]有|晋级|晋升|新增|运用|对接|并(?=[^购行网]))"
)

# Heads of what a text is divided into; counting them announces a list and commits to nothing.
STRUCTURE = re.compile(
    r"(?:重点|主要|具体|重大|专项|政策|改革|工作|核心|关键|支持|惠企|基本|硬|实|[^，。；、]{0,8}?)?"
    r"(?:举措|措施|领域|意见|建议|要求|原则|内容|条款|规定|条件|方面|问题|阶段|步骤|环节|层面|维度|维护|确立|坚持|转变|关键|特征|优势|支撑|引擎|"
    r"抓手|理念|自信|意识|理由|目标任务|主攻方向|能力|战略|关系|格局|清单|到位|结合|统一|专题|部分|章节|议题|议程|类别|层次)(?=[，,。；;：:、！？!?\s”）)]|和|及|，|$)"
)
# Programmes are structure as well where few are announced: 实施八项行动, 20项重点任务.
PROGRAMMES = re.compile(
    r"[^，。；、]{0,10}?(?:行动|任务|工程|政策|制度|机制|计划|工作)(?=[，,。；;：:、\s]|$)"
)

STRUCTURAL_UNITS = frozenset(
    {"大", "方面", "届", "轮", "期", "级", "点", "版", "样", "双", "批", "份", "成", "部", "章", "度"}
)
TIME_UNITS = frozenset({"年", "天", "小时", "分钟", "个月", "个工作日", "工作日"})
# Two or three of these are a story, not a plan: 开通两张储蓄卡.
NARRATED_UNITS = frozenset({"张", "本", "只", "口", "片", "块", "根", "枚"})
LONG_UNITS = frozenset({"年", "个月"})
TIMED = re.compile(r"(?:年限|寿命|时间|时限|周期|时长|天数|时效|审批|办理|办结)")
RAISED = re.compile(r"提高|达到|增加|提升|不低于|不少于")
# Units that measure and do not count: the noun behind them is not what they count.
MEASURES = re.compile(r"元$|%|百分点|倍|‰|人民币|番")

# What is paid or demanded of a single case, and what conditions it: no commitment of the text's author.
SUPPORT = re.compile(
    r"奖励|补助|补贴|资助|奖补|单[张个笔户项家]|最高(?:可|不超过)|奖金|罚款|处以|给予|贴息|赔偿|一次性|罚金|注册资本|实缴|票价|每股|收费|征收|处"
)
CONDITION = re.compile(
    r"罚款|年龄|年满|参加(?![^，。；]{0,8}(?:比例|率|人数|占比))|出席|与会|参会|来自|历时|有期徒刑|拘留|参展|注册满|是指|允许|只能|可(?:达|提至|按)|可申请|期满|限报|仅限"
)

# 总投资50亿元: a property of a project, unless something is to be completed.
PROJECT_SIZE = re.compile(
    r"(?:总投资额?|投资总额|占地面积|建筑面积|总面积|总占地|总装机(?:容量)?|装机总容量|全长|注册资金)$"
)

INCREASE = re.compile(r"增长|增加|提高|提升|上升|增至|增到|净增|扩大|翻|倍增|递增|升至|跃升|增(?=\||$)")
DECREASE = re.compile(
    r"下降|降低|减少|压减|压缩|缩短|降至|降到|减至|缩减|精简|削减|减排|调减|递减|回落|[降减](?=\||$)"
)

# Words for how many there are of what was named before, and for another side of it.
COUNTS = frozenset("总数 数量 总量 总数量 家数 数 总计 合计 个数 总人数 人数 其中 每年 年均".split())  # noqa: SIM905 - words
SIDES = frozenset(
    "规模 占比 比重 总额 总规模 比例 增速 增幅 强度 覆盖率 普及率 产值 年产值 总产值 收入 营业收入 成交额".split()  # noqa: SIM905 - a vocabulary reads as words
)
HEAD_NOUNS = re.compile(
    r"(?:企业|平台|中心|实验室|机构|项目|人才|团队|基地|园区|产值|收入|投入|强度|专利|集群|院所|研究院|工厂|车间|品牌|产品|成果|孵化器|众创空间|增加值|学校|医院|岗位|人员|投资|"
    r"成交额|进出口|标准|工程师|特派员|合作社|农场|床位|面积|里程|装机|产量|产能|占比|比重|覆盖率|普及率)(?=$|[^一-鿿]|[、和与]|数量|总数|培育|建设|引进|认定|发展|稳步|持续|不断|快速|增长|倍增|提升|壮大)"
)

# The first characters are asked for at once, and each alternative begins with a literal: what must not stand
# before it is asked afterwards.
PAST = re.compile(
    r"(?=[去上前往截目现共已近以过曾今本第一1-9了成圆昨日当年])(?:"
    r"(?:去年|上年|前年|往年)(?<![比较同]..)(?<!高于..)(?<!低于..)(?!度?(?:增长|同期|提高|下降|基础))|上一年(?!度?(?:增长|同期|基础))|截至(?<!比截至)|"
    r"截止(?:目前|到?去年|20)|目前|现有|共有|已(?!知|有?之)|近年来|以来(?<!长期以来)|过去|曾|"
    r"前\d+个?月|[1-9][012]?[—\-至~]\d{1,2}月|今年以来|了(?<!为了)(?<!除了)(?!解)(?=[^，。；\n]{0,16}[\d一二三四五六七八九十百翻])|"
    r"成效|圆满|昨日|日前(?!发布|印发|出台)|当日|一年来|年来)"
)
PAST_WEAK = re.compile(
    r"(?<!其)他|她|研究(?:发现|表明|显示)|(?:数据|结果|调查)显示|(?:周|天|小时|个月)后[，,]|本次|此次|据(?:介绍|统计|悉)|(?:今年|本年)?(?:上半年|前[一二三]季度|第?一季度)|共(?=签|达成|征集|收到|受理|对接|办结)|累计(?!下降|降低|增长|达|提高|减少)|首次|可(?=减少|减排|节约|节省|替代)|该(?<!应该)(?:[省市县区州镇乡村校院所]|项目|企业|公司|园区|平台|基地|集团|团队)|同比|环比|成功|先后|获批|位居|居全国|[比较](?:上年末?|去年)(?:增长|增加|提高|下降|减少)|创历史|连续\w年|连年"
)
FUTURE = re.compile(
    r"(?=[力争确拟计目预要将到至12今本明未年不原努每下应必三五两规远近\d])(?:"
    r"力争|争取(?!中央|国家|上级|更多)|确保|力保|拟(?<!模拟)(?!定|合)|计划(?=[到在用新建投培引年实完安于未今明2总开])|目标|预期|预计|"
    r"要(?<![主重需只纲摘首概扼紧必简]要)(?![求素点闻件道领义么塞])|将(?<!即将)(?![近军士领其])|[到至](?:“?十[一二三四五六]五”?末|[12][09]\d\d年)|"
    r"[12][09]\d\d年(?:\d+月)?[底末]?[之以]?前(?![一二三\d])|今年(?!\d+岁|以来|前|上半年|[一二三四1])|本年度|明年|未来|年内|年底(?<!\d年底)前?|努力|今后|下一步|应(?<![相适供响反对效顺回]应)(?![用急对届链收付变])|必须|[三五两\d]年内|规划期|远期|近期)"
)
# They look ahead only where nothing before told of the past: 五年来…年均增长8%.
FUTURE_WEAK = re.compile(r"不少于|不低于|不超过|不高于|至少|原则上|每年(?!可)|年均")
BASELINE = re.compile(
    r"(?:比|较|相比|相对于|从|由|以|在|与|同)“?(?:(?:19|20)\d\d年|“?十[一二三四五六]五”?[末初]?|去年|上年|前年|基期|同期)(?:的|末|底)?(?=[^，。；]{0,14}?(?:基础|相比|增|提|降|减|翻|上升|下降|为基|压|缩|水平|\d))"
)

# ---------------------------------------------------------------------------------------------- English

MAKE = (
    "achieve|add|admit|allocate|approve|arrange|attain|attract|award|build|carry out|certify|cluster|complete|conduct|connect|construct|convert|"
    "cover|create|cultivate|deliver|deploy|designate|develop|distribute|double|draft|drill|educate|eliminate|employ|enable|encourage|enroll|equip|"
    "establish|expand|fill|finance|form|formulate|foster|found|fund|gather|generate|grant|grow|guide|help|hire|host|hold|identify|implement|improve|"
    "incubate|install|introduce|invest|issue|launch|lay|lay out|license|make|manufacture|mobili[sz]e|nurture|obtain|offer|open|operate|organi[sz]e|"
    "phase out|plant|plan|produce|promote|protect|provide|publish|purchase|put into operation|raise|recogni[sz]e|recruit|rehabilitate|release|relocate|"
    "remove|renovate|restore|retire|retrain|retrofit|roll out|secure|select|send|serve|set up|settle|shut down|sign|speed up|sponsor|start|store|"
    "strengthen|subsidi[sz]e|supply|support|tackle|train|transfer|transform|treat|undertake|upgrade|lift|close|maintain|keep|commerciali[sz]e|dispatch|"
    "process|review|revise|solve|resettle|list|register|file|procure|lease|pilot|assist|bring in|break through|take on|have|reach|hit|"
    "extend|widen|narrow|trim|slash|halve|win|gain|earn|invite|earmark|spend|inject|channel|set aside|increase|reduce|cut|lower|shorten|decrease|boost|push|bring|limit|cap|exceed|surpass|top|total"
)
MAKING_EN = re.compile(rf"\b(?:{MAKE})\b", re.IGNORECASE)
BASE_VERB = re.compile(
    rf"(?:{MAKE}|ensure|accelerate|continue|realize|realise|strive|seek|work|give|move)\b", re.IGNORECASE
)
GERUND = re.compile(
    r"\b(?:building|cultivating|adding|training|establishing|creating|supporting|introducing|attracting|constructing|developing|setting up|implementing|"
    r"completing|launching|increasing|raising|reducing|cutting|recruiting|fostering|nurturing|expanding|bringing|lifting|construction of|building of|establishment of|"
    r"creation of|cultivation of|introduction of|training of|development of|launch of|completion of|deployment of|recruitment of|transfer of|addition of|number of|"
    r"support for|funding for|installation of|planting of|renovation of|upgrading of|target of|goal of|planting|installing|upgrading|renovating|reaching|achieving)\s*$",
    re.IGNORECASE,
)

# Searched in lower case. A participle after "be" and a "have" after a modal look ahead: will be established.
FUTURE_EN = re.compile(
    r"\b(?:has (?:launched|started|begun) (?:the )?construction|have (?:launched|started|begun) (?:the )?construction|launched the construction|will(?: have)?|shall|should|"
    r"must|would|striv(?:e|es|ing)|aim(?:s|ed|ing)?(?= to| at| for)|plan(?:s|ned|ning)?(?= to| for)|target(?:s|ed|ing)?|goals?|expect(?:s|ed)?(?= to)|intends?|seeks?(?= to)|"
    r"(?:pledg|promis|vow|decid|determin|resolv|prepar|propos)(?:e|es|ed|s|ing)?(?= to)|pledge[sd]?|commit(?:s|ted)?(?= to)|ha(?:s|ve) been set (?:at|for)|ensure|ensuring|need to|needs to|(?:is|are) (?:set |due |likely |on track |poised |projected |forecast |slated |scheduled )?to|hopes? to|by (?:the )?(?:end of |year-end )?(?:the year )?(?:19|20)\d\d|"
    r"by (?:the )?(?:end of )?(?:this|next) year|next year|this year|efforts to|in order to|going to|required? to|(?:suggest|recommend|propose|demand|require)(?:s|e?d)? that|urg(?:es|ed)|call(?:s|ed) (?:for|on)|it is required|no later than|before (?:the end of )?20\d\d)\b"
)
PAST_EN = re.compile(
    r"\b(?:(?P<have>(?:has|have|had)(?: already| so far| now| also| been)*(?= \w+(?:ed|wn)\b| (?:become|set|put|cut|built|won|held|spent|made|seen|taken|risen|begun|sent|brought)\b)|has|had(?! to)|have(?! to))|"
    r"(?P<participle>reached|grew|rose|built|completed|established|cultivated|created|launched|added|attended|registered|accounted|exceeded|surpassed|trained|"
    r"increased (?:by|to|from)|decreased|declined|attracted|invested|supported|issued|awarded|implemented|recruited|opened|signed|introduced|made|received|recorded|home to)|"
    r"was|were|fell|dropped|last year|previous year|so far|to date|currently|already|at present|since (?:19|20)\d\d|there (?:are|is|were)|as of|totall?ed|stood at|"
    r"year[- ](?:on|over)[- ]year|boasts|now|in the past|between (?:19|20)\d\d and|over the past|during the past|the past|earlier|ago|employs|includes|contains|consists of|compris(?:es|ing)|"
    r"is located|covers|(?:found|show(?:s|ed)?|discovered) that|may(?= (?:not |also )?(?!the\b|this\b|and\b)[a-z]+ ))\b"
)
MODAL_BEFORE = re.compile(r"(?:will|should|must|shall|to)(?: \w+ly)? $")
NOUN_END = re.compile(
    r"\s+(?:in|by|with|for|to|from|on|at|across|within|under|through|throughout|that|which|who|where|each|every|per|or|while|during|before|after|over|into|as|annually|nationwide|"
    r"nationally|will|would|should|shall|must|are|is|be|were|was|have|has|this|next|so|via|among|around|using|based|including|such|between|against|toward|towards|than|when|if|until|"
    r"specializing|integrating|involving|combining|featuring|linking|engaging|engaged|focusing|focused|accelerating|covering|serving|participating|capable|a (?:year|month)|worldwide|yearly|respectively|can|could|may|worth|located|upon|back|home|opens?(?=\s+(?:in|at|for|by))|set\s+up|about|along|above|below|engage|up|out|meet|enter|receive|become|carry|go|join|jointly|adopt|use)\b"
    r"|\s+\w+ed\s+(?:by|to|with|in|at|for|from|on|as)\b"
    r"|\s+and\s+(?=(?:\d|\x00|about|around|at|more|over|some|nearly|up|no|an?\b|the\b|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|hundreds))"
    r"|[,.;:!?()\n\"“”—]|\s+[-–]\s",
    re.IGNORECASE,
)
AND_VERB = re.compile(
    rf"\s+and\s+(?:to\s+|then\s+|also\s+|further\s+)?(?=(?:{MAKE}|speed|accelerate|ensure|improve|encourage|realize|use|push|apply|lead|further|actively|continue|improved)\b)(?!(?:produce|store|support|research|design|development|pilot|service|plant|plan|process|cover)\s+(?:centers?|projects?|bases?|platforms?|facilities|services?))",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"(?:of|more|additional|new and additional|the|its|their|our|other|such|different|separate|of the|of all|of its|of our|of their)\s+",
    re.IGNORECASE,
)
KINDS = re.compile(
    r"(?:kinds?|types?|sets?|batches|groups?|pairs?|pieces?|units?|cases?|items?|varieties|categories)\s+of\s+",
    re.IGNORECASE,
)
STRUCTURE_EN = re.compile(
    r"(?:[\w-]+\s+){0,3}?(?:measures?|aspects?|actions?|steps?|principles?|articles?|chapters?|sections?|points?|parts?|pillars?|tasks?|requirements?|priorities|respects?|ways?|questions?|problems?|issues?|"
    r"years?|months?|days?|hours?|weeks?|minutes?|decades?|times|phases?|stages?|levels?|sides?|categories|fronts?|dimensions?|strategies|sessions?|guidelines|opinions|provisions|recommendations|reasons|facets|elements)$",
    re.IGNORECASE,
)
GOVERNED_OUT = re.compile(
    r"\b(?:in|from|across|among|with|at|on|within|of|into|than|for|the|these|those|all|past|last|first|next|following|same|like|as|via|during|after|plus|and its|every|per|or|covers)\s*$",
    re.IGNORECASE,
)
REACH_EN = re.compile(
    r"(?:(?:(?:is|are|has been|have been) )?set|(?:is|are) (?:projected|set|kept|maintained|estimated|targeted|expected|capped)|reach(?:es|ing)?|hit|exceed(?:s|ing)?|surpass(?:es|ing)?|grow(?:s|ing)?|increase[sd]?|increasing|rise[sn]?|rising|climb|number|account(?:s|ing)? for|amount(?:s)? to|total|stand at|be|average|top|remains?|stays?|keeps?|be kept|be held|be maintained|be cut|be reduced|be lowered|be raised|be increased|"
    r"be expanded|be brought|be controlled|be limited|drop|fall|decline|decrease|shrink|be shortened|be lifted|expand|be built|be established|be trained|be completed|go up|come to|be no|be above|be over|be at|mak(?:e|es|ing) up|come|be cultivated|be created|be added|be set up|be introduced|be recruited|be supported|improve|be improved|be upgraded|be covered|be renovated|cover|have|see|attain|achieve|advance|double|be boosted)$",
    re.IGNORECASE,
)
CHANGE_UP_EN = re.compile(
    r"\b(?:increas\w*|rais(?:e|ed|ing)|grow(?:s|n|ing)?|rise|rising|expand\w*|extend\w*|widen\w*|lift\w*|boost\w*|climb|doubl\w*|tripl\w*|quadrupl\w*|go up|(?<![a-z] )up(?: by)?(?=\s*$)|higher|growth(?: rate)?(?= (?:of )?$)|be improved|improv(?:e|ing))\b",
    re.IGNORECASE,
)
CHANGE_DOWN_EN = re.compile(
    r"\b(?:decreas\w*|reduc\w*|cut(?:ting)?|lower(?:ed|ing)?(?! than)|fall|drop|declin\w*|shorten\w*|shrink|down(?: by)?(?=\s*$|\s+(?:by|to)\b)|slash\w*|trim\w*|narrow\w*|halve|phase out)\b",
    re.IGNORECASE,
)
