"""Pages of the schedule."""

from django.urls import path

from portfolio.schedule import views

urlpatterns = [
    path("nodes/<str:code>/schedule/", views.node_schedule, name="node-schedule"),
    path("nodes/<str:code>/schedule/baseline/", views.node_schedule_baseline, name="node-schedule-baseline"),
    path("nodes/<str:code>/schedule/baseline/dates/", views.node_baseline_dates, name="node-baseline-dates"),
    path("milestones/<int:key>/forecast/", views.milestone_forecast, name="milestone-forecast"),
    *views.MILESTONES.urls(),
]
