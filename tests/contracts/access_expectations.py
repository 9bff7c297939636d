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

EXPECTED = {
    # Home and figures
    "home": (TREE, "-"),
    "chart": (WORK, "-"),
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
}

# Routes for everybody who is signed in, with or without a role, and routes that need no sign-in.
SIGNED_IN = {"home", "help", "password-change", "sign-out"}
PUBLIC = {"sign-in", "livez", "readyz"}
