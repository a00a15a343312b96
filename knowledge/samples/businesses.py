"""The sample restaurants' size, habits and chart of accounts, as the made-up books need them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.accounts import Kind
from models.ledger import Section

VAT_RATE = Decimal("0.18")  # of the net price, in Rwanda and in Malta


@dataclass(frozen=True)
class Business:
    """A restaurant's usual month.

    Amounts are in its currency, shares and rates are of net revenue unless they say otherwise.
    """

    step: Decimal  # the smallest amount that is booked: a franc, a cent
    revenue: int
    seasons: tuple[float, ...]  # January to December, about 1 on average
    food_share: float
    cheque: float  # what a guest spends, net
    cash_share: float
    mobile_share: float  # the rest is paid by card
    wages: int
    social_security_rate: float  # the employer's part, of wages
    rent: int
    utilities: int
    marketing: int
    delivery_share: float  # commissions of the delivery platforms
    repairs: int
    insurance: int
    bank_share: float
    depreciation: int
    interest: int
    loan_repayment: int
    income_tax_rate: float  # of the profit before tax
    capital: int


BUSINESSES: Mapping[str, Business] = {
    "kigali": Business(
        step=Decimal(1),
        revenue=31_000_000,
        # The dry season and its visitors from June to September, and December.
        seasons=(0.90, 0.88, 0.90, 0.88, 0.93, 1.10, 1.16, 1.18, 1.08, 0.96, 0.92, 1.14),
        food_share=0.64,
        cheque=12_500,
        cash_share=0.24,
        mobile_share=0.46,
        wages=8_500_000,
        social_security_rate=0.083,
        rent=2_300_000,
        utilities=1_150_000,
        marketing=620_000,
        delivery_share=0.022,
        repairs=460_000,
        insurance=250_000,
        bank_share=0.012,
        depreciation=1_150_000,
        interest=480_000,
        loan_repayment=600_000,
        income_tax_rate=0.28,
        capital=60_000_000,
    ),
    "valletta": Business(
        step=Decimal("0.01"),
        revenue=64_000,
        # Summer fills the streets; January and February empty them.
        seasons=(0.70, 0.72, 0.86, 1.00, 1.10, 1.20, 1.28, 1.32, 1.18, 1.02, 0.78, 0.86),
        food_share=0.66,
        cheque=27.50,
        cash_share=0.22,
        mobile_share=0.12,
        wages=16_900,
        social_security_rate=0.10,
        rent=5_200,
        utilities=2_400,
        marketing=1_200,
        delivery_share=0.018,
        repairs=900,
        insurance=480,
        bank_share=0.013,
        depreciation=2_100,
        interest=750,
        loan_repayment=1_000,
        income_tax_rate=0.35,
        capital=120_000,
    ),
}

# Account: its code, its name, and the section of the books it belongs to.
CHART: Mapping[str, tuple[str, str, Section]] = {
    "cash": ("1000", "Cash in the till", "asset"),
    "bank": ("1010", "Bank account", "asset"),
    "mobile_money": ("1020", "Mobile money", "asset"),
    "inventory": ("1200", "Food and drink in store", "asset"),
    "equipment": ("1500", "Kitchen and dining equipment", "asset"),
    "worn": ("1590", "Accumulated depreciation", "asset"),
    "vat": ("2200", "VAT payable", "liability"),
    "loan": ("2500", "Bank loan", "liability"),
    "equity": ("3000", "Owners' capital", "equity"),
    "food_sales": ("4000", "Food sales", "revenue"),
    "drink_sales": ("4010", "Beverage sales", "revenue"),
    "food_cost": ("5000", "Cost of food sold", "cost_of_goods_sold"),
    "drink_cost": ("5010", "Cost of beverages sold", "cost_of_goods_sold"),
    "wages": ("6000", "Wages and salaries", "operating_expense"),
    "social_security": ("6010", "Social security, employer's part", "operating_expense"),
    "rent": ("6100", "Rent", "operating_expense"),
    "utilities": ("6110", "Electricity, water and gas", "operating_expense"),
    "repairs": ("6120", "Repairs and maintenance", "operating_expense"),
    "insurance": ("6130", "Insurance", "operating_expense"),
    "marketing": ("6200", "Marketing", "operating_expense"),
    "delivery": ("6210", "Delivery platform commissions", "operating_expense"),
    "bank_fees": ("6300", "Bank and card fees", "operating_expense"),
    "depreciation": ("7000", "Depreciation of equipment", "depreciation"),
    "interest": ("7100", "Interest on the bank loan", "interest"),
    "income_tax": ("7200", "Income tax", "income_tax"),
}

# What an account is of, by its key in CHART.
KINDS: Mapping[str, Kind] = {
    "food_sales": "food",
    "food_cost": "food",
    "drink_sales": "beverage",
    "drink_cost": "beverage",
    "wages": "labour",
    "social_security": "labour",
}
