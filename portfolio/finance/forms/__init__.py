"""Forms of money, of reserves and measured progress, and of the financial calendar."""

from portfolio.finance.forms.costs import (
    AmountCell,
    AmountGrid,
    CostRowForm,
    CurrencyForm,
    EstimateForm,
    FiscalYearForm,
    PeriodForm,
    RateForm,
)
from portfolio.finance.forms.progress import PackageForm, PackageMilestoneForm, ProgressForm, ReadingForm
from portfolio.finance.forms.reserves import DrawForm, ReserveForm

__all__ = [
    "AmountCell",
    "AmountGrid",
    "CostRowForm",
    "CurrencyForm",
    "DrawForm",
    "EstimateForm",
    "FiscalYearForm",
    "PackageForm",
    "PackageMilestoneForm",
    "PeriodForm",
    "ProgressForm",
    "RateForm",
    "ReadingForm",
    "ReserveForm",
]
