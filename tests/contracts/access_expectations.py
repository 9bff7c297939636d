"""Who may call which route, written by hand from the roles' jobs, before and apart from the code.

H PMO head · A PMO analyst · M programme/project manager · S sponsor · E executive · F finance · U auditor ·
D administrator. `-` means nobody. The first word is reading (GET), the second is writing (POST).
"""

ROLES = {
    "H": "pmo_head",
    "A": "pmo_analyst",
    "M": "project_manager",
    "S": "sponsor",
    "E": "executive",
    "F": "finance",
    "U": "auditor",
    "D": "administrator",
}

TREE = "HAMSEFUD"  # everybody with a role sees the tree
WORK = "HAMSEFU"  # all but the administrator, who manages people and decides nothing
PEOPLE = "HAUD"
MEASURED = ("reserve", "reservedraw", "workpackage", "reading", "packagemilestone")
RAID = ("risk", "issue", "assumption", "dependency")

EXPECTED = {
    # Home and figures
    "home": (TREE, "-"),
    "chart": (WORK, "-"),
    "figures": (WORK, "-"),
    "figures-export": (WORK, "-"),
    # The tree
    "portfolios": (TREE, "-"),
    "node-list": (TREE, "-"),
    "node-export": (TREE, "-"),
    "node-detail": (TREE, "-"),
    "node-history": (TREE, "-"),
    "node-timeline": (WORK, "-"),
    "node-create": ("HA", "HA"),
    "node-edit": ("HA", "HA"),
    "node-field": ("-", "HA"),
    "node-bulk": ("-", "HA"),
    "node-move": ("HA", "HA"),
    "baseline-approve": ("HF", "HF"),
    # People and roles
    "user-list": (PEOPLE, "-"),
    "user-export": (PEOPLE, "-"),
    "user-detail": (PEOPLE, "-"),
    "user-history": (PEOPLE, "-"),
    "user-create": ("D", "D"),
    "user-edit": ("D", "D"),
    "user-deactivate": ("D", "D"),
    "user-reactivate": ("D", "D"),
    "membership-list": (PEOPLE, "-"),
    "membership-export": (PEOPLE, "-"),
    "membership-node-list": (PEOPLE, "-"),
    "membership-node-export": (PEOPLE, "-"),
    "membership-detail": (PEOPLE, "-"),
    "membership-history": (PEOPLE, "-"),
    "membership-create": ("HD", "HD"),
    "membership-delete": ("HD", "HD"),
    # Money
    "node-money": (WORK, "-"),
    "node-money-curve": (WORK, "-"),
    "node-money-edit": ("HAMF", "HAMF"),
    "node-money-baseline": ("-", "HAMF"),
    "node-money-baselines": (WORK, "-"),
    "cost-list": (WORK, "-"),
    "cost-export": (WORK, "-"),
    "cost-node-list": (WORK, "-"),
    "cost-node-export": (WORK, "-"),
    "cost-detail": (WORK, "-"),
    "cost-history": (WORK, "-"),
    "cost-create": ("HAMF", "HAMF"),
    "cost-edit": ("HAMF", "HAMF"),
    "cost-delete": ("HAMF", "HAMF"),
    "estimate-list": (WORK, "-"),
    "estimate-export": (WORK, "-"),
    "estimate-node-list": (WORK, "-"),
    "estimate-node-export": (WORK, "-"),
    "estimate-detail": (WORK, "-"),
    "estimate-history": (WORK, "-"),
    "estimate-create": ("HAMF", "HAMF"),
    "estimate-edit": ("HAMF", "HAMF"),
    "estimate-delete": ("HAMF", "HAMF"),
    # Reserves and measured progress: read by all who work, written by who plans and by finance
    "node-earned-value": (WORK, "-"),
    "node-progress": ("HAMF", "HAMF"),
    **{f"{noun}-{page}": (WORK, "-") for noun in MEASURED for page in ("list", "export", "node-list", "node-export")},
    **{f"{noun}-{page}": (WORK, "-") for noun in MEASURED for page in ("detail", "history")},
    **{f"{noun}-{page}": ("HAMF", "HAMF") for noun in MEASURED for page in ("create", "edit", "delete")},
    # Financial calendar
    "period-generate": ("HF", "HF"),
    **{f"{noun}-{page}": (WORK, "-") for noun in ("period", "currency", "rate") for page in ("list", "export")},
    **{f"{noun}-{page}": (WORK, "-") for noun in ("period", "currency", "rate") for page in ("detail", "history")},
    **{f"{noun}-{page}": ("HF", "HF") for noun in ("period", "currency", "rate") for page in ("create", "edit")},
    **{f"{noun}-delete": ("HF", "HF") for noun in ("period", "currency", "rate")},
    # Schedule
    "node-schedule": (WORK, "-"),
    "node-schedule-baseline": ("-", "HAM"),
    "node-baseline-dates": ("HAM", "HAM"),
    "milestone-forecast": ("-", "HAM"),
    "milestone-list": (WORK, "-"),
    "milestone-export": (WORK, "-"),
    "milestone-node-list": (WORK, "-"),
    "milestone-node-export": (WORK, "-"),
    "milestone-detail": (WORK, "-"),
    "milestone-history": (WORK, "-"),
    "milestone-create": ("HAM", "HAM"),
    "milestone-edit": ("HAM", "HAM"),
    "milestone-delete": ("HAM", "HAM"),
    # Benefits
    "node-benefits": (WORK, "-"),
    "node-benefits-curve": (WORK, "-"),
    "node-benefits-edit": ("HAM", "HAM"),
    "node-benefits-baseline": ("-", "HAM"),
    "benefit-shares": ("HAM", "HAM"),
    **{f"{noun}-{page}": (WORK, "-") for noun in ("benefit", "benefitvalue") for page in ("list", "export")},
    **{f"{noun}-node-{page}": (WORK, "-") for noun in ("benefit", "benefitvalue") for page in ("list", "export")},
    **{f"{noun}-{page}": (WORK, "-") for noun in ("benefit", "benefitvalue") for page in ("detail", "history")},
    **{f"{noun}-{page}": ("HAM", "HAM") for noun in ("benefit", "benefitvalue") for page in ("create", "edit")},
    **{f"{noun}-delete": ("HAM", "HAM") for noun in ("benefit", "benefitvalue")},
    # Actions
    "action-list": (WORK, "-"),
    "action-export": (WORK, "-"),
    "action-node-list": (WORK, "-"),
    "action-node-export": (WORK, "-"),
    "action-detail": (WORK, "-"),
    "action-history": (WORK, "-"),
    "action-create": ("HAM", "HAM"),
    "action-edit": ("HAM", "HAM"),
    "action-complete": ("HAM", "HAM"),
    "action-delete": ("HAM", "HAM"),
    # Risks, issues, assumptions, dependencies: read by all who work, written by who plans; the matrix by the PMO head
    "node-raid": (WORK, "-"),
    "node-raid-matrix": ("H", "H"),
    **{f"{noun}-{page}": (WORK, "-") for noun in RAID for page in ("list", "export", "node-list", "node-export")},
    **{f"{noun}-{page}": (WORK, "-") for noun in RAID for page in ("detail", "history")},
    **{f"{noun}-{page}": ("HAM", "HAM") for noun in RAID for page in ("create", "edit", "delete")},
    "risk-respond": ("HAM", "HAM"),
    "risk-close": ("HAM", "HAM"),
    "risk-escalate": ("HAM", "HAM"),
    "risk-occurred": ("HAM", "HAM"),
    "response-edit": ("HAM", "HAM"),
    "response-remove": ("HAM", "HAM"),
    "issue-escalate": ("HAM", "HAM"),
    "issue-resolve": ("HAM", "HAM"),
    "escalation-answer": ("HAM", "HAM"),
    "escalation-withdraw": ("HAM", "HAM"),
    # Strategy: the PMO keeps it
    "node-strategy": (WORK, "-"),
    **{f"{noun}-{page}": (WORK, "-") for noun in ("objective", "contribution") for page in ("list", "export")},
    **{f"{noun}-node-{page}": (WORK, "-") for noun in ("objective", "contribution") for page in ("list", "export")},
    **{f"{noun}-{page}": (WORK, "-") for noun in ("objective", "contribution") for page in ("detail", "history")},
    **{f"{noun}-{page}": ("HA", "HA") for noun in ("objective", "contribution") for page in ("create", "edit")},
    **{f"{noun}-delete": ("HA", "HA") for noun in ("objective", "contribution")},
    # Status and assurance
    "status-list": (WORK, "-"),
    "status-export": (WORK, "-"),
    "node-status": (WORK, "-"),
    "report-detail": (WORK, "-"),
    "report-edit": ("HAM", "HAM"),
    "rating-list": (WORK, "-"),
    "rating-export": (WORK, "-"),
    "rating-node-list": (WORK, "-"),
    "rating-node-export": (WORK, "-"),
    "rating-detail": (WORK, "-"),
    "rating-history": (WORK, "-"),
    "rating-create": ("HA", "HA"),
    "rating-edit": ("HA", "HA"),
    "rating-delete": ("HA", "HA"),
    # Import: one's own runs only
    "import-upload": ("HA", "HA"),
    "import-run": ("HA", "-"),
    "import-progress": ("HA", "-"),
    "import-check": ("-", "HA"),
    "import-apply": ("-", "HA"),
    "import-stop": ("-", "HA"),
    # Audit
    "audit-list": (WORK, "-"),
    "audit-export": (WORK, "-"),
    # What changed: read from the audit log
    "changes": (WORK, "-"),
    "changes-export": (WORK, "-"),
    "node-changes": (WORK, "-"),
    "node-changes-export": (WORK, "-"),
}

# Routes for everybody who is signed in, with or without a role, and routes that need no sign-in.
SIGNED_IN = {"home", "help", "password-change", "sign-out", "token-list", "token-revoke"}
PUBLIC = {"sign-in", "livez", "readyz"}

# The API: who reads, who makes, who changes and who deletes rows of a noun; "" where nobody can.
API = {
    "node": (TREE, "HA", "HA", ""),
    "status": (WORK, "", "", ""),
    "audit": (WORK, "", "", ""),
    "user": (PEOPLE, "D", "D", ""),
    "membership": (PEOPLE, "HD", "", "HD"),
    "cost": (WORK, "HAMF", "HAMF", "HAMF"),
    "estimate": (WORK, "HAMF", "HAMF", "HAMF"),
    "period": (WORK, "HF", "HF", "HF"),
    "currency": (WORK, "HF", "HF", "HF"),
    "rate": (WORK, "HF", "HF", "HF"),
    **dict.fromkeys(MEASURED, (WORK, "HAMF", "HAMF", "HAMF")),
    "milestone": (WORK, "HAM", "HAM", "HAM"),
    "rating": (WORK, "HA", "HA", "HA"),
    "action": (WORK, "HAM", "HAM", "HAM"),
    **dict.fromkeys(RAID, (WORK, "HAM", "HAM", "HAM")),
    "benefit": (WORK, "HAM", "HAM", "HAM"),
    "benefitvalue": (WORK, "HAM", "HAM", "HAM"),
    "objective": (WORK, "HA", "HA", "HA"),
    "contribution": (WORK, "HA", "HA", "HA"),
}
# Weekly reports have addresses of their own: WORK reads, HAM writes; tests/portfolio/status/test_report_api.
API_REPORTS = {"api-report-list", "api-report-detail", "api-report-draft"}
# Addresses of the API that belong to no noun: for whoever is signed in, and they hold no rows.
API_DOORS = {"api-root", "api-schema", "api-docs", "api-unknown"}
