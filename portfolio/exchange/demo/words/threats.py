"""Threats and opportunities that any project may have. Programmes and areas have their own."""

from functools import partial

from portfolio.exchange.demo.words.hazards import Hazard, avoid, enhance, exploit, prepare, reduce, transfer

Works = partial(Hazard, in_systems=False)
Systems = partial(Hazard, in_works=False)

THREATS: tuple[Hazard, ...] = (
    Works(
        "Possession of the track is cut short",
        "Because services take precedence after a disruption, a possession may be cut, which would lose a week.",
        "Site",
        (reduce("Agree spare nights with the control room", "Calendar with six spare nights"),),
        "The last possession is over.",
    ),
    Works(
        "Bad weather stops lifting",
        "Because cranes stop above wind force 6, lifting may be delayed in winter, which would cost crane days.",
        "Site",
        (reduce("Plan the heavy lifts before November", "Lifting plan, revision C"),),
        "All heavy lifts are done.",
    ),
    Works(
        "Contractor's crew is needed elsewhere",
        "Because the contractor has two larger sites, it may move its best crew, which would slow the works.",
        "Supplier",
        (reduce("Name the crew in the contract", "Contract, annex 4"),),
        "The works that need this crew are done.",
    ),
    Works(
        "Noise complaints limit night work",
        "Because people live within 30 m, complaints may limit night work, which would double the possessions.",
        "Third party",
        (
            reduce("Inform the neighbours and offer hotel nights", "Letter to 140 households"),
            prepare("Agree quieter machines with the contractor", "List of machines"),
        ),
        "Night work is over.",
    ),
    Works(
        "Asbestos in the old building",
        "Because the building is from 1962, asbestos may be found, which would close the site for three weeks.",
        "Safety",
        (reduce("Order an asbestos survey before the strip-out", "Survey report"),),
        "The survey found none.",
    ),
    Works(
        "Spare parts of the old type run out",
        "Because the maker has stopped production, parts may run out before the change, which would take vehicles out"
        " of service.",
        "Operations",
        (reduce("Buy the maker's last stock", "Order for 60 sets"),),
        "The change is done; the parts are not needed.",
    ),
    Works(
        "Power supply for the site comes late",
        "Because the grid company has a long list, the connection may come late, which would need generators.",
        "Third party",
        (prepare("Reserve two generators", "Reservation until May"),),
        "The connection is live.",
    ),
    Works(
        "Safety case is not accepted at first reading",
        "Because the method is new to the authority, it may ask questions, which would take a month.",
        "Consents",
        (reduce("Go through the safety case with the authority's engineer", "Minutes with 14 points"),),
        "The safety case is accepted.",
    ),
    Works(
        "Passengers are injured at the site's edge",
        "Because people pass within metres of the works, somebody may be hurt, which would stop the site.",
        "Safety",
        (reduce("Check fences and signs every morning", "Check list, first 30 days"),),
        "The fences are down; nobody was hurt.",
    ),
    Works(
        "Survey data are out of date",
        "Because levels were taken five years ago, the design may not fit, which would mean changes on site.",
        "Technical",
        (avoid("Survey the critical points again", "Survey of 48 points"),),
        "The new survey fits the design.",
    ),
    Systems(
        "Release of the supplier comes late",
        "Because the release holds features for other customers, it may come late, which would squeeze our tests.",
        "Supplier",
        (reduce("Agree a release for us alone", "Minutes of 3 points"),),
        "The release has come.",
    ),
    Systems(
        "Peak load is higher than tested",
        "Because nobody knows how people will use it, the load may exceed the test, which would slow everybody down.",
        "Technical",
        (
            reduce("Repeat the load test with twice the peak", "Load test report"),
            prepare("Order capacity that can be switched on", "Contract option"),
        ),
        "The service has run through two peaks.",
    ),
    Systems(
        "Departments lend too few testers",
        "Because testing falls into the timetable change, departments may lend too few people, which would leave parts"
        " untested.",
        "People",
        (reduce("Agree names and days with the department heads", "List of 22 names"),),
        "Tests are complete.",
    ),
    Systems(
        "Licence prices rise at renewal",
        "Because the maker has changed its price list, the renewal may cost more, which would raise the running cost.",
        "Commercial",
        (transfer("Fix the price for three years", "Amendment to the contract"),),
        "The price is fixed for three years.",
    ),
    Systems(
        "Personal data are kept too long",
        "Because old rules are copied, data may be kept too long, which would breach the law.",
        "Legal",
        (avoid("Agree periods with the data protection officer", "Table of periods"),),
        "The periods are built in and tested.",
    ),
    Systems(
        "Staff go round the new system",
        "Because habits are old, people may keep their own lists, which would lose the benefits.",
        "Change",
        (reduce("Name a helper in each team", "List of 31 helpers"),),
        "The old lists are closed.",
    ),
    Systems(
        "Old system fails before the changeover",
        "Because its hardware is out of support, it may fail, which would leave us without records.",
        "Operations",
        (prepare("Keep a copy that can be started elsewhere", "Test start of the copy"),),
        "The old system is switched off.",
    ),
    Systems(
        "Mobile network is weak in depots",
        "Because halls shield the signal, devices may not connect, which would force people back to paper.",
        "Technical",
        (reduce("Measure the signal in all halls", "Map of 9 halls"),),
        "Repeaters are installed and measured.",
    ),
    Systems(
        "Translation of texts is late",
        "Because texts change until the end, the translation may be late, which would delay the public start.",
        "Change",
        (reduce("Freeze the texts four weeks before", "Freeze list"),),
        "All texts are translated.",
    ),
    Systems(
        "Two systems show different figures",
        "Because both run side by side, figures may differ, which would cost trust.",
        "Data",
        (reduce("Compare both every night and report differences", "Report of 14 nights"),),
        "The old figures are switched off.",
    ),
    Hazard(
        "Key user goes on leave during acceptance",
        "Because acceptance hangs on one person, her leave may delay it, which would move the finish by weeks.",
        "People",
        (reduce("Name a deputy for acceptance", "Note to the board"),),
        "Acceptance is done.",
    ),
    Hazard(
        "Exchange rate moves against us",
        "Because a part is paid in another currency, the rate may move, which would raise the cost.",
        "Market",
        (transfer("Hedge the open payments", "Confirmation of treasury"),),
        "The last payment in that currency is made.",
    ),
    Hazard(
        "Training is not finished before the start",
        "Because shifts leave little time, training may not be finished, which would delay the start.",
        "Change",
        (reduce("Book training in the rosters of two months", "Rosters with training"),),
        "Everybody is trained.",
    ),
    Hazard(
        "Tender brings only one bid",
        "Because the market is busy, there may be one bid only, which would raise the price.",
        "Market",
        (reduce("Talk to four makers before the tender", "Notes of four talks"),),
        "Three bids came in.",
    ),
)

OPPORTUNITIES: tuple[Hazard, ...] = (
    Works(
        "Share possessions with the track department",
        "Because both need the same nights, possessions may be shared, which would save six of them.",
        "Site",
        (exploit("Put both plans into one calendar", "Joint calendar"),),
        "Six possessions are shared.",
    ),
    Works(
        "Sell the old equipment",
        "Because another operator still runs the type, it may buy our old equipment, which would bring money in.",
        "Commercial",
        (enhance("Ask four operators for offers", "Two offers"),),
        "The equipment is sold.",
    ),
    Systems(
        "Switch the old licences off early",
        "Because the new system takes over in parts, licences may end early, which would save a quarter's fees.",
        "Commercial",
        (exploit("Give notice for the first part", "Letter of notice"),),
        "The licences have ended.",
    ),
    Systems(
        "Reuse the sign-in of another project",
        "Because another project builds the same, its sign-in may be reused, which would save two months of work.",
        "Technical",
        (enhance("Agree the common part with the other team", "Design note"),),
        "The sign-in is reused.",
    ),
    Hazard(
        "National grant for part of the cost",
        "Because a new fund is open, a grant may be won, which would pay for part of the work.",
        "Funding",
        (enhance("Hand in the application before the fund closes", "Receipt of the fund"),),
        "The grant is won.",
    ),
)

# Code of a programme, area or the portfolio; what threatens it; and in which band that stands today.
ABOVE: tuple[tuple[str, Hazard, str], ...] = (
    (
        "DEMO",
        Hazard(
            "Funding settlement is lower than planned",
            "Because the region's budget is decided in March, the grant may be cut by a tenth, which would stop what"
            " has not begun.",
            "Funding",
            (prepare("Agree with the board what would be stopped first", "Ranked list"),),
            "The settlement is as planned.",
        ),
        "amber",
    ),
    (
        "DEMO",
        Hazard(
            "Too many changes reach staff at once",
            "Because eleven projects go live between March and June, staff may not cope, which would lose benefits.",
            "Change",
            (reduce("Draw one calendar of all go-lives", "Calendar of the first half-year"),),
            "No month has more than two go-lives.",
        ),
        "yellow",
    ),
    (
        "FL-QF",
        Hazard(
            "Battery maker changes its model",
            "Because the maker renews its range, ferries and trams may get different cells, which would double spare"
            " parts.",
            "Supplier",
            (reduce("Fix one cell type for all orders", "Letter of the maker"),),
            "One type is fixed.",
        ),
        "yellow",
    ),
    (
        "FL-DR",
        Hazard(
            "Depots are not ready when the first trams arrive",
            "Because five depots depend on one substation, its delay may leave trams outside, which would age them.",
            "Operations",
            (prepare("Rent covered tracks at the museum", "Option for 12 months"),),
            "The first depot is ready.",
        ),
        "amber",
    ),
    (
        "ST-OD",
        Hazard(
            "Raised platforms do not fit the old trams",
            "Because 14 old trams stay until 2028, gaps may be too wide, which would keep stops from opening.",
            "Technical",
            (reduce("Test the gap at three stops", "Measured gaps"),),
            "Gaps are within the limit.",
        ),
        "yellow",
    ),
    (
        "TP-HL",
        Hazard(
            "Sections of the line are not ready together",
            "Because land, bridge and track are separate projects, one of them may hold up the line, which would"
            " delay its opening by a timetable year.",
            "Interfaces",
            (
                reduce("Hold a joint plan review every two weeks", "Minutes of 11 reviews"),
                prepare("Plan an opening in two parts", "Outline timetable"),
            ),
            "All sections are handed over.",
        ),
        "red",
    ),
    (
        "TP-SC",
        Hazard(
            "Two substations fail in the same winter",
            "Because the oldest are replaced last, two may fail together, which would stop line 2.",
            "Operations",
            (prepare("Keep a mobile substation ready", "Contract for one winter"),),
            "The oldest substations are replaced.",
        ),
        "yellow",
    ),
    (
        "PI-OF",
        Hazard(
            "Bus operators leave the common fare",
            "Because the shares are disputed, an operator may leave, which would make the fare useless in the north.",
            "Third party",
            (reduce("Agree the shares with all four operators", "Draft agreement"),),
            "All four have signed.",
        ),
        "amber",
    ),
    (
        "CS-CD",
        Hazard(
            "Month end and changeover fall together",
            "Because two systems change at the turn of the year, the books may close late, which would breach a duty.",
            "Operations",
            (avoid("Move one changeover to February", "Decision of the board"),),
            "The changeovers are two months apart.",
        ),
        "yellow",
    ),
)

# What a plan takes for granted: the assumption, what if it is wrong, and what was found where it was.
ASSUMPTIONS: tuple[tuple[str, str, str], ...] = (
    ("The supplier's price holds until the order", "The budget is short by up to 4%.", "It rose by 6% in June."),
    ("Two people of operations are free for a day a week", "Acceptance takes twice as long.", "One was moved away."),
    ("No further permit is needed", "A permit takes three months.", "The city asks for one."),
    ("The old equipment stays in service until the finish", "A stopgap is needed.", "One unit failed in spring."),
    ("The standard design fits without changes", "Design work grows by a third.", "Two parts had to be changed."),
    ("Training fits into the usual rosters", "Overtime is needed.", "Overtime was needed for six weeks."),
    ("Data of the last five years are enough", "Older data must be taken over too.", "Audit wants ten years."),
    ("The site can be reached by lorry", "Material comes by water.", "The bridge is limited to 7.5 t."),
)
