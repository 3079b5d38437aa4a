"""The plans of the five products are exact to their reference pages; each figure with the line that says it.

Where a page is silent, the contract of its dialect decides (C). What neither says is not limited.
"""

from repoint.plans.catalogue import SHIPPED
from repoint.plans.plan import Ability, AccountType, Feature, Plan, Window

FREE, TRIAL, PAID = AccountType.FREE, AccountType.TRIAL, AccountType.PAID
YEAR_DAYS = 365


def _plans(product: str) -> list[Plan]:
    return [plan for name, plan in SHIPPED.items() if name.startswith(f"{product}-")]


def test_qr_code_generator_pro() -> None:
    """Three account types (line 213); Professional has 250 active codes; 10 requests a second."""
    second = {Window.SECOND: 10}  # C
    assert _plans("qrcgpro") == [
        Plan(
            "qrcgpro-free",
            "Free",
            "Free",
            FREE,  # line 213
            limits={Feature.ACTIVE_CODES: 0},  # line 34: "Requires a valid subscription"
            windows=second,
        ),
        Plan("qrcgpro-trial", "Trial", "Trial", TRIAL, windows=second),  # line 213
        Plan(
            "qrcgpro-professional",
            "Professional",  # line 219
            "Professional",
            PAID,  # line 218
            limits={Feature.ACTIVE_CODES: 250},  # line 224
            windows=second,
        ),
    ]


def test_rapidapi() -> None:
    """10 a second everywhere; bulk of 50 on Ultra and Mega; 5 webhook endpoints on Mega; retention by tier."""
    second = {Window.SECOND: 10}  # lines 33, 35, 37, 39
    no_bulk = frozenset({Ability.BULK, Ability.WEBHOOKS})  # lines 8 and 26
    no_webhooks = frozenset({Ability.WEBHOOKS})  # line 26
    codes, bulk, endpoints = Feature.ACTIVE_CODES, Feature.BULK_SIZE, Feature.WEBHOOK_ENDPOINTS
    assert _plans("rapidapi") == [
        # Dynamic codes 5, 100, 1,000, 10,000: C. Bulk 50: line 8. Endpoints 5: line 26. Retention: line 17.
        Plan("rapidapi-basic", "BASIC", "BASIC", FREE, {codes: 5}, second, no_bulk, True, 0),
        Plan("rapidapi-pro", "PRO", "PRO", PAID, {codes: 100}, second, no_bulk, True, 30),
        Plan("rapidapi-ultra", "ULTRA", "ULTRA", PAID, {codes: 1_000, bulk: 50}, second, no_webhooks, True, 90),
        Plan(
            "rapidapi-mega",
            "MEGA",
            "MEGA",
            PAID,
            {codes: 10_000, bulk: 50, endpoints: 5},
            second,
            frozenset(),
            True,
            YEAR_DAYS,
        ),
    ]


def test_qrcodestack() -> None:
    """Starter has no API; Pro 60 a minute and 5,000 a month; Advanced 600 and 100,000, and bulk of 500."""
    no_geography = {Ability.BULK, Ability.GEOGRAPHY}  # bulk: lines 7 and 8; geography: C
    assert _plans("qrcodestack") == [
        Plan("qrcodestack-starter", "Starter", "Starter", FREE, lacks=frozenset({*no_geography, Ability.API})),  # 7
        Plan(
            "qrcodestack-pro",
            "Pro",
            "Pro",
            PAID,
            limits={Feature.ACTIVE_CODES: 250},  # C
            windows={Window.MINUTE: 60, Window.MONTH: 5_000},  # line 8
            lacks=frozenset(no_geography),
            counts_paused=True,
        ),
        Plan(
            "qrcodestack-advanced",
            "Advanced",
            "Advanced",
            PAID,
            limits={Feature.BULK_SIZE: 500},  # line 21
            windows={Window.MINUTE: 600, Window.MONTH: 100_000},  # line 9
        ),
    ]


def test_freedynamicqrcode() -> None:
    """Free and Pro have no API (lines 235 and 238); Enterprise 1,000 a minute and 50,000 codes a month."""
    assert _plans("freedynamicqrcode") == [
        Plan("freedynamicqrcode-free", "Free", "free", FREE, lacks=frozenset({Ability.API})),
        Plan("freedynamicqrcode-pro", "Pro", "pro", PAID, lacks=frozenset({Ability.API})),
        Plan(
            "freedynamicqrcode-enterprise",
            "Enterprise",
            "enterprise",  # line 163
            PAID,
            limits={
                Feature.CODES_PER_MONTH: 50_000,  # lines 168 and 242
                Feature.BULK_SIZE: 5_000,  # line 8, C
            },
            windows={Window.MINUTE: 1_000},  # lines 169 and 241
        ),
    ]


def test_abundera() -> None:
    """Requests a day (lines 18 to 21), scans a month (line 23), 500 codes with paused ones (26, 30), retention (82)."""
    no_events = frozenset({Ability.EVENT_LOG})  # lines 122 to 125
    no_hours = frozenset({Ability.EVENT_LOG, Ability.HOURLY_SERIES})  # line 82
    scans = Feature.SCANS_PER_MONTH
    assert _plans("abundera") == [
        Plan(
            "abundera-solo",
            "Solo",
            "solo",
            PAID,
            {scans: 100_000},
            {},
            no_hours | {Ability.API},  # lines 8 and 21
            True,
            YEAR_DAYS,
        ),
        Plan(
            "abundera-business",
            "Business",
            "business",
            PAID,
            {Feature.ACTIVE_CODES: 500, scans: 1_000_000},
            {Window.DAY: 1_000},
            no_hours,
            True,
            2 * YEAR_DAYS,
        ),
        Plan(
            "abundera-team",
            "Team",
            "team",
            PAID,
            {scans: 10_000_000},
            {Window.DAY: 10_000},
            no_events,
            True,
            3 * YEAR_DAYS,
        ),
        Plan(
            "abundera-agency",
            "Agency",
            "agency",
            PAID,
            {scans: 50_000_000},
            {Window.DAY: 50_000},
            no_events,
            True,
            3 * YEAR_DAYS,
        ),
    ]


def test_there_are_no_others() -> None:
    """What ships is the default plan and those of the five products."""
    products = ("qrcgpro", "rapidapi", "qrcodestack", "freedynamicqrcode", "abundera")
    assert len(SHIPPED) == 1 + sum(len(_plans(product)) for product in products)
