"""Pages of risks, issues, assumptions, dependencies and escalations."""

from django.urls import path

from portfolio.raid.views import escalations, node, nouns, risks

urlpatterns = [
    path("nodes/<str:code>/raid/", node.node_raid, name="node-raid"),
    path("nodes/<str:code>/raid/matrix/", node.node_raid_matrix, name="node-raid-matrix"),
    path("risks/<int:key>/respond/", risks.risk_respond, name="risk-respond"),
    path("risks/<int:key>/occurred/", risks.risk_occurred, name="risk-occurred"),
    path("risks/<int:key>/close/", risks.risk_close, name="risk-close"),
    path("risks/<int:key>/escalate/", escalations.risk_escalate, name="risk-escalate"),
    path("responses/<int:key>/edit/", risks.response_edit, name="response-edit"),
    path("responses/<int:key>/remove/", risks.response_remove, name="response-remove"),
    path("issues/<int:key>/resolve/", risks.issue_resolve, name="issue-resolve"),
    path("issues/<int:key>/escalate/", escalations.issue_escalate, name="issue-escalate"),
    path("escalations/<int:key>/", escalations.escalation_answer, name="escalation-answer"),
    path("escalations/<int:key>/withdraw/", escalations.escalation_withdraw, name="escalation-withdraw"),
    *nouns.RISKS.urls(),
    *nouns.ISSUES.urls(),
    *nouns.ASSUMPTIONS.urls(),
    *nouns.DEPENDENCIES.urls(),
]
