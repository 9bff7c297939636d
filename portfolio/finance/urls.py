"""Pages of money."""

from django.urls import path

from portfolio.finance import views

urlpatterns = [
    path("nodes/<str:code>/money/", views.node_money, name="node-money"),
    path("nodes/<str:code>/money/spend.json", views.node_money_curve, name="node-money-curve"),
    path("nodes/<str:code>/money/edit/", views.node_money_edit, name="node-money-edit"),
    path("nodes/<str:code>/money/baseline/", views.node_money_baseline, name="node-money-baseline"),
    path("calendar/periods/generate/", views.period_generate, name="period-generate"),
    *views.COSTS.urls(),
    *views.ESTIMATES.urls(),
    *views.PERIODS.urls(),
    *views.CURRENCIES.urls(),
    *views.RATES.urls(),
]
