"""The risks behind each kind of trouble: the one that came true, and the one that follows from it."""

from portfolio.exchange.demo.words.hazards import Hazard, avoid, prepare, reduce, transfer

SUPPLIER = (
    Hazard(
        "Main supplier depends on one subcontractor",
        "Because one subcontractor makes a third of the parts, its failure may hold up deliveries, which would stop"
        " assembly within two weeks.",
        "Supplier",
        (
            reduce("Ask the supplier to name and approve a second source", "Letter with the second source's name"),
            prepare("Build a stock of parts for four weeks", "Stock list signed by the stores"),
        ),
        "A second subcontractor is approved, and deliveries meet the plan.",
        "Main supplier delivers at two thirds of the agreed rate",
    ),
    Hazard(
        "Supplier's recovery plan does not hold",
        "Because the second subcontractor is not approved yet, deliveries may stay a third short, which would move"
        " the finish by three months.",
        "Supplier",
        (
            reduce("Inspect the second subcontractor's works", "Inspection report 7"),
            reduce("Agree weekly delivery numbers and a price for each one missed", "Signed amendment 3"),
            prepare("Ask two other makers for prices of the missing lots", "Two offers on file"),
        ),
        "Eight weeks of full deliveries in a row.",
    ),
)
INTERFACE = (
    Hazard(
        "Interface to the old system is not as described",
        "Because the contract describes the interface from old papers, tests may find differences, which would need"
        " a change by the supplier.",
        "Technical",
        (
            reduce("Test the interface with a day of real data before the build", "Test log of the day"),
            prepare("Agree a price for interface changes beforehand", "Price list in the contract"),
        ),
        "All fourteen interface tests pass with a full day's data.",
        "Interface to the old system was described wrongly in the contract",
    ),
    Hazard(
        "Supplier refuses to pay for the interface change",
        "Because each side reads the contract its own way, the change may be ours to pay, which would take most of"
        " the contingency.",
        "Commercial",
        (
            reduce("Get a legal opinion on the contract's interface clause", "Opinion of the legal department"),
            avoid("Prepare the takeover of the old data by hand", "Procedure tried on 200 records"),
            reduce("Settle the change request with the supplier", "Signed change request 12"),
        ),
        "The change is settled: the supplier pays half.",
    ),
)
GROUND = (
    Hazard(
        "Unknown pipes and foundations in the ground",
        "Because drawings of the street are older than the last rebuild, digging may find what no drawing shows,"
        " which would need a redesign.",
        "Site",
        (
            reduce("Dig twelve trial pits before the works begin", "Survey sheets 1 to 12"),
            reduce("Order a radar survey of the whole section", "Radar survey with plan"),
        ),
        "The survey of the section is complete, and the redesign is built.",
        "Old foundations and a gas main found that no drawing shows",
    ),
    Hazard(
        "Gas main is not moved in time",
        "Because the gas company plans diversions a year ahead, its date may be eleven weeks too late, which would"
        " leave the crew idle.",
        "Third party",
        (
            reduce("Get a firm date for the diversion from the gas company", "Letter with the date"),
            avoid("Price the redesign around the gas main", "Priced drawing set B"),
            prepare("Plan the other sections first", "New sequence of works"),
        ),
        "The gas main is moved.",
    ),
)
PRICES = (
    Hazard(
        "Steel and copper cost more than the tender assumed",
        "Because prices are fixed only when a lot is ordered, a dear market may raise the cost of the remaining lots,"
        " which would exceed the budget for materials.",
        "Market",
        (
            transfer("Ask bidders for fixed prices for six months", "Tender conditions, clause 9"),
            reduce("Order the first two lots early", "Order confirmations 1 and 2"),
        ),
        "The last lot is ordered; no price is open any more.",
        "Materials cost a fifth more than the tender estimate",
    ),
    Hazard(
        "Contractor wins a price adjustment for all lots",
        "Because the contract is silent on indices, the contractor may claim the increase for every lot, which would"
        " cost more than the contingency holds.",
        "Commercial",
        (
            reduce("Get legal advice on the price clause", "Advice of outside counsel"),
            reduce("Finish the value engineering and show what it leaves out", "List of 23 savings"),
            reduce("Order the next lot before the quoted price lapses", "Order confirmation 3"),
        ),
        "The contractor has withdrawn the claim.",
    ),
)
PEOPLE = (
    Hazard(
        "Both lead engineers may leave",
        "Because the market pays more for their skills, the engineers may leave, which would stop the review of"
        " drawings and tests.",
        "People",
        (
            reduce("Offer both engineers a bonus at the finish", "Two signed agreements"),
            prepare("Let a second person learn each role", "Plan of handovers, all done"),
        ),
        "Both posts are filled, and the reviews have caught up.",
        "Both lead engineers left within a month",
    ),
    Hazard(
        "Reviews pile up behind one signing engineer",
        "Because only one engineer may sign, drawings may wait for weeks, which would hold up the contractor, who can"
        " claim for it.",
        "People",
        (
            reduce("Borrow a signing engineer from another project", "Agreement for six weeks"),
            reduce("Make an offer to the candidate of the second interview", "Accepted offer"),
            prepare("Agree with the contractor in which order drawings come", "Agreed list of drawings"),
        ),
        "No drawing waits longer than five days.",
    ),
)
USERS = (
    Hazard(
        "User groups reject the design",
        "Because users saw the design late, they may reject the parts they use most, which would mean to design them"
        " again.",
        "Scope",
        (
            reduce("Show a working model to all five user groups", "Minutes of five workshops"),
            reduce("Let each group name one person who decides", "List of the five names"),
        ),
        "All five groups have agreed to the revised design.",
        "User groups rejected the design",
    ),
    Hazard(
        "List of changes grows beyond the contingency",
        "Because thirteen changes are disputed, more of them may be accepted than were priced, which would need money"
        " that is not there.",
        "Scope",
        (
            reduce("Hold the last two workshops and close the list", "Closed list, signed by five groups"),
            avoid("Let the sponsor decide on the disputed changes", "Note of the decision"),
            prepare("Split the rest into a second release", "Plan of the second release"),
        ),
        "The list is closed with eighteen changes.",
    ),
)
PERMIT = (
    Hazard(
        "Permit authority asks for more studies",
        "Because the site lies beside a protected shore, the authority may ask for another study, which would take"
        " one season.",
        "Consents",
        (
            reduce("Discuss the study with the authority before handing in", "Note of the meeting"),
            prepare("Book the field work for the next season", "Order to the surveyor"),
        ),
        "The permit is granted.",
        "Authority asked for a second environmental study",
    ),
    Hazard(
        "Works fall into the protected weeks",
        "Because the hearing is late, the loud works may fall into the breeding season, which would stop them for"
        " eleven weeks.",
        "Consents",
        (
            reduce("Hand in the study and ask for an early hearing", "Receipt of the authority"),
            avoid("Plan the loud works around the protected weeks", "New sequence of works"),
            prepare("Keep the crew busy with work that needs no permit", "List of such work, 9 weeks"),
        ),
        "The loud works are done.",
    ),
)
DATA = (
    Hazard(
        "Old records are wrong in too many cases",
        "Because nobody has checked the records for years, many may be wrong, which would stop the changeover.",
        "Data",
        (
            reduce("Check a sample of 500 records of each kind", "Sample results"),
            prepare("Agree with the departments who corrects what", "Table of owners"),
        ),
        "Fewer than one record in a hundred is wrong; the rehearsal went through.",
        "One record in twenty is wrong",
    ),
    Hazard(
        "Changeover fails because totals do not agree",
        "Because wrong records are still found, totals may differ on the day, which would mean to go back to the old"
        " system.",
        "Data",
        (
            reduce("Clean the remaining groups of records, largest first", "Report of the check, 3.4%"),
            reduce("Repeat the rehearsal with a tenth of the records", "Log of the rehearsal"),
            prepare("Write down how to go back within a weekend", "Procedure, tried once"),
        ),
        "The changeover is done, and totals agree.",
    ),
)
SECURITY = (
    Hazard(
        "Security review finds flaws late",
        "Because the review comes after the build, flaws may be found when there is little time, which would move the"
        " day of going live.",
        "Security",
        (
            reduce("Let the reviewers see the design early", "Their comments on the design"),
            reduce("Test for known flaws with each release", "Test report of release 4"),
        ),
        "The second review found nothing that prevents going live.",
        "Security review found two flaws",
    ),
    Hazard(
        "Second security review fails",
        "Because the supplier's correction broke sign-in for one group, the second flaw may still be open at the"
        " review, which would keep the service closed to the public.",
        "Security",
        (
            reduce("Test the supplier's correction with every group of users", "Test report, five groups"),
            reduce("Let a specialist work on the second flaw for a month", "Contract of the specialist"),
            prepare("Prepare a start for staff only", "Plan of a start in two steps"),
        ),
        "The review is passed.",
    ),
)
