"""Tables, triggers and views, as numbered migrations.

Facts are append-only: triggers refuse UPDATE and DELETE. What is derived can be dropped and built again from them.
Instants are ISO 8601 UTC text of fixed width; hashes are lower-case hex; JSON columns hold objects or arrays.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from store.fact_tables import RUN_TABLES, TOLD_TABLES

migrations = Migrations("exowatch")

FACTS = """
create table urls (
    id integer primary key,
    url text not null unique
) strict;

create table documents (
    ref integer primary key,
    id text not null unique,
    source text not null,
    key text not null,
    first_url integer not null references urls (id),
    net text not null
) strict;
create index documents_source on documents (source);
create index documents_first_url on documents (first_url);

create table crawls (
    id integer primary key,
    source text not null,
    origin text not null check (origin in ('live', 'wayback', 'warc', 'import')),
    started text not null,
    program text not null,
    options text not null
) strict;

create table crawl_ends (
    crawl integer primary key references crawls (id),
    finished text not null,
    reason text not null,
    declared integer,
    documents_new integer not null,
    documents_followed integer not null,
    versions_new integer not null,
    changes_new integer not null
) strict;

create table crawl_issues (
    id integer primary key,
    crawl integer not null references crawls (id),
    kind text not null,
    url text not null,
    message text not null
) strict;
create index crawl_issues_crawl on crawl_issues (crawl);

create table targets (
    id integer primary key,
    crawl integer not null references crawls (id),
    part text not null check (part in ('entry', 'page', 'file', 'list')),
    url integer not null references urls (id),
    document integer references documents (ref)
) strict;
create index targets_crawl on targets (crawl);
create index targets_document on targets (document) where document is not null;

create table bodies (
    id integer primary key,
    sha256 text not null unique,
    size integer not null,
    codec text not null,
    dictionary text references bodies (sha256),
    data blob not null
) strict;

create table visits (
    id integer primary key,
    target integer not null unique references targets (id),
    document integer references documents (ref),
    part text not null,
    moment text not null,
    outcome text not null,
    status integer,
    final_url integer references urls (id),
    redirects text,
    headers text,
    message text,
    body text references bodies (sha256)
) strict;
create index visits_document on visits (document) where document is not null;

create table captures (
    id integer primary key,
    visit integer not null references visits (id),
    document integer references documents (ref),
    part text not null,
    url integer not null references urls (id),
    moment text not null,
    body text not null references bodies (sha256),
    content_type text not null,
    origin text not null
) strict;
create index captures_document on captures (document, part);
create index captures_visit on captures (visit);

create table document_urls (
    document integer not null references documents (ref),
    part text not null,
    url integer not null references urls (id),
    visit integer not null references visits (id),
    primary key (document, part, url)
) strict, without rowid;
create index document_urls_url on document_urls (url);

create table list_sightings (
    document integer not null references documents (ref),
    visit integer not null references visits (id),
    capture integer not null references captures (id),
    primary key (document, visit)
) strict, without rowid;
create index list_sightings_visit on list_sightings (visit);

create table list_readings (
    crawl integer primary key references crawls (id),
    moment text not null,
    complete integer not null check (complete in (0, 1)),
    rows integer not null,
    declared integer
) strict;

create table acceptances (
    id integer primary key,
    source text not null,
    at text not null,
    what text not null check (what in ('missing')),
    by text not null,
    reason text not null
) strict;

create table mutes (
    id integer primary key,
    document integer not null references documents (ref),
    at text not null,
    muted integer not null check (muted in (0, 1)),
    by text not null,
    reason text not null
) strict;
create index mutes_document on mutes (document);

create table watches (
    id integer primary key,
    url text not null,
    at text not null,
    added integer not null check (added in (0, 1)),
    reason text not null
) strict;

create table tombstones (
    body text primary key,
    size integer not null,
    at text not null,
    by text not null,
    reason text not null
) strict;

create table chain (
    seq integer primary key,
    fact text not null,
    row integer not null,
    hash blob not null
) strict;
"""

DERIVED = """
create table contents (
    id integer primary key,
    hash text not null unique,
    alike text not null,
    text_key text not null,
    text_sha256 text not null,
    title text not null,
    language text not null,
    fields text not null,
    length integer not null,
    row_blocks integer not null,
    stamps text not null,
    statements text not null,
    dictionary text references bodies (sha256),
    blocks blob not null
) strict;

create table readings (
    capture integer primary key references captures (id),
    content integer references contents (id),
    stamps text,
    statements text,
    problem text not null
) strict;

create table versions (
    document integer not null references documents (ref),
    n integer not null,
    first_seen text not null,
    last_seen text not null,
    sha256 text not null,
    text_sha256 text not null,
    title text not null,
    language text not null,
    fields text not null,
    origin text not null,
    mentions integer not null,
    topics text not null,
    primary key (document, n)
) strict, without rowid;

create table version_parts (
    document integer not null references documents (ref),
    n integer not null,
    part text not null,
    capture integer not null references captures (id),
    captured text not null,
    content integer not null references contents (id),
    primary key (document, n, part)
) strict, without rowid;

create table changes (
    id text primary key,
    document integer not null references documents (ref),
    position integer not null,
    n integer not null,
    kind text not null,
    severity text not null,
    reasons text not null,
    events text not null,
    window_after text,
    window_until text not null,
    before text,
    after text,
    fields text not null,
    words_added integer not null,
    words_removed integer not null,
    mentions_before integer not null,
    mentions_after integer not null
) strict;
create index changes_document on changes (document);
create index changes_until on changes (window_until);

create table mentions (
    document integer not null references documents (ref),
    n integer not null,
    position integer not null,
    topic text not null,
    section text not null,
    sentence text not null,
    variant text not null,
    block integer not null,
    start integer not null,
    primary key (document, n, position)
) strict, without rowid;

create table standings (
    document integer primary key references documents (ref),
    number text not null,
    url integer not null references urls (id),
    pair text,
    status text not null,
    followed integer not null,
    follow_reason text not null,
    published text,
    published_basis text,
    version_count integer not null,
    first_seen text not null,
    indexed text not null,
    basis blob
) strict;
create index standings_published on standings (published);
create index standings_number on standings (number);
create index standings_followed on standings (followed);

create table list_beliefs (
    crawl integer primary key references crawls (id)
) strict;

create table doubts (
    visit integer primary key references visits (id),
    reason text not null
) strict;

create table aliases (
    document integer primary key references documents (ref),
    stands_for integer not null references documents (ref),
    reason text not null
) strict;
create index aliases_stands_for on aliases (stands_for);

create table template_edits (
    crawl integer not null references crawls (id),
    edit text not null,
    primary key (crawl, edit)
) strict, without rowid;

create table derivation (
    key text primary key,
    value text not null
) strict;

create virtual table search using fts5 (
    title, number, body, content='', tokenize='unicode61 remove_diacritics 2'
);
"""

# The file may come from anywhere, so views may only use functions that SQLite calls innocuous: its JSON functions are
# not among them, and arrays are put together by hand.
VIEWS = """
create view v_documents as
select d.id, d.source, s.number, a.url,
    '[' || coalesce((select group_concat(distinct '"' || replace(o.url, '"', '%22') || '"') from document_urls x join urls o on o.id = x.url
        where x.part = 'page'
        and (x.document = d.ref or x.document in (select document from aliases where stands_for = d.ref))), '"' || replace(a.url, '"', '%22') || '"') || ']' as urls,
    (select t.id from urls u join documents t on t.first_url = u.id where u.url = s.pair) as pair,
    v.title, v.language, s.status, s.followed, s.follow_reason, s.published, s.published_basis, v.fields, v.topics,
    v.mentions, s.version_count, replace(s.first_seen, '.000000Z', 'Z') as first_seen,
    replace(v.last_seen, '.000000Z', 'Z') as last_seen
from standings s join documents d on d.ref = s.document join urls a on a.id = s.url
    join versions v on v.document = s.document and v.n = s.version_count;

create view v_versions as
select d.id as document, d.source, s.number, v.n,
    replace(v.first_seen, '.000000Z', 'Z') as first_seen, replace(v.last_seen, '.000000Z', 'Z') as last_seen,
    v.text_sha256, v.sha256, v.origin, v.title, v.language, v.fields, v.topics, v.mentions,
    (select '[' || group_concat('{"part":"' || p.part || '","url":"' || replace(u.url, '"', '%22') || '","sha256":"'
        || k.body || '","captured":"' || replace(p.captured, '.000000Z', 'Z') || '"}') || ']' from version_parts p join captures k on k.id = p.capture
        join urls u on u.id = k.url where p.document = v.document and p.n = v.n) as parts
from versions v join documents d on d.ref = v.document join standings s on s.document = v.document;

create view v_latest as
select v.* from v_versions v join documents d on d.id = v.document join standings s on s.document = d.ref
where v.n = s.version_count;

create view v_changes as
select c.id, d.id as document, s.number, d.source, a.url, v.title, c.kind, c.severity, c.reasons, c.events,
    replace(c.window_after, '.000000Z', 'Z') as window_after, replace(c.window_until, '.000000Z', 'Z') as window_until,
    c.before, c.after, c.fields, c.words_added, c.words_removed, c.mentions_before, c.mentions_after
from changes c join documents d on d.ref = c.document join standings s on s.document = c.document
    join urls a on a.id = s.url
    join versions v on v.document = c.document and v.n = c.n;

create view v_mentions as
select d.id as document, d.source, s.number, m.n, m.topic, m.section, m.sentence, m.variant, m.block,
    m.start as position
from mentions m join documents d on d.ref = m.document join standings s on s.document = m.document;

create view v_crawls as
select c.id as crawl, c.source, c.origin, replace(c.started, '.000000Z', 'Z') as started,
    replace(e.finished, '.000000Z', 'Z') as finished, e.reason, e.declared,
    count(t.id) as listed,
    count(v.id) filter (where v.outcome in ('new', 'changed')
        or (v.outcome in ('parse_suspect', 'extract_empty')
            and exists (select 1 from captures k where k.visit = v.id and k.part = v.part))) as captured,
    count(v.id) filter (where v.outcome in ('unchanged', 'not_modified_304')
        or (v.outcome in ('parse_suspect', 'extract_empty')
            and not exists (select 1 from captures k where k.visit = v.id and k.part = v.part))) as unchanged,
    count(v.id) filter (where v.outcome in ('gone_404_410', 'redirected_off_site', 'blocked', 'soft_error',
        'http_error', 'network_error', 'timeout', 'truncated', 'too_large')) as failed,
    count(t.id) filter (where v.id is null or v.outcome in ('not_due', 'robots_forbidden', 'duplicate_request',
        'not_reached')) as skipped,
    coalesce(e.documents_new, 0) as documents_new, coalesce(e.documents_followed, 0) as documents_followed,
    coalesce(e.versions_new, 0) as versions_new, coalesce(e.changes_new, 0) as changes_new
from crawls c left join crawl_ends e on e.crawl = c.id left join targets t on t.crawl = c.id
    left join visits v on v.target = t.id
group by c.id;
"""

CONCLUSIONS = """
alter table changes add column shift text not null default 'mentions unchanged';
alter table changes add column mention_changes text not null default '[]';
alter table changes add column meanings text not null default '[]';
alter table changes add column ignored text not null default '[]';
alter table mentions add column role text not null default '';

create table citations (
    document integer not null references documents (ref),
    n integer not null,
    position integer not null,
    law text not null,
    section text not null,
    written text not null,
    block integer not null,
    start integer not null,
    primary key (document, n, position)
) strict, without rowid;
create index citations_law on citations (law, section);

create table statements (
    document integer not null references documents (ref),
    n integer not null,
    position integer not null,
    topic text not null,
    about text not null,
    status text not null,
    sentence text not null,
    section text not null,
    block integer not null,
    start integer not null,
    primary key (document, n, position)
) strict, without rowid;

create table phrases (
    document integer primary key references documents (ref),
    numbers blob not null
) strict;

drop view v_changes;
create view v_changes as
select c.id, d.id as document, s.number, d.source, a.url, v.title, c.kind, c.severity, c.reasons, c.events,
    replace(c.window_after, '.000000Z', 'Z') as window_after, replace(c.window_until, '.000000Z', 'Z') as window_until,
    c.before, c.after, c.fields, c.words_added, c.words_removed, c.mentions_before, c.mentions_after, c.shift,
    c.mention_changes, c.meanings, c.ignored
from changes c join documents d on d.ref = c.document join standings s on s.document = c.document
    join urls a on a.id = s.url
    join versions v on v.document = c.document and v.n = c.n;

drop view v_mentions;
create view v_mentions as
select d.id as document, d.source, s.number, m.n, m.topic, m.section, m.sentence, m.variant, m.block,
    m.start as position, m.role
from mentions m join documents d on d.ref = m.document join standings s on s.document = m.document;

create view v_citations as
select d.id as document, d.source, s.number, c.n, c.law, c.section, c.written, c.block, c.start as position
from citations c join documents d on d.ref = c.document join standings s on s.document = c.document;

create view v_statements as
select d.id as document, d.source, s.number, t.n, t.topic, t.about, t.status, t.sentence, t.section, t.block,
    t.start as position
from statements t join documents d on d.ref = t.document join standings s on s.document = t.document;
"""

TOLD = """
create table reviews (
    id integer primary key,
    change text not null,
    document integer not null references documents (ref),
    before_text text,
    after_text text,
    at text not null,
    by text not null,
    decision text not null check (decision in ('applies', 'not-applicable', 'noted')),
    note text not null,
    owner text not null,
    due text
) strict;
create index reviews_change on reviews (change);

create table sent_digests (
    id integer primary key,
    series text not null,
    at text not null,
    period_start text not null,
    period_end text not null,
    as_of text not null,
    seal text not null,
    rules text not null,
    sha256 text not null
) strict;

create table sent_entries (
    id integer primary key,
    digest integer not null references sent_digests (id),
    change text not null,
    document integer not null references documents (ref),
    kind text not null,
    until text not null,
    told text not null
) strict;
create index sent_entries_digest on sent_entries (digest);

create table deliveries (
    id integer primary key,
    digest integer not null references sent_digests (id),
    channel text not null check (channel in ('smtp', 'webhook', 'file')),
    target text not null,
    message_id text not null unique,
    at text not null,
    body text not null
) strict;

create table delivery_attempts (
    id integer primary key,
    delivery integer not null references deliveries (id),
    at text not null,
    outcome text not null check (outcome in ('begun', 'accepted', 'deferred', 'refused')),
    message text not null
) strict;
create index delivery_attempts_delivery on delivery_attempts (delivery);

create view v_reviews as
select r.id, r.change, d.id as document, r.before_text, r.after_text, replace(r.at, '.000000Z', 'Z') as at, r.by,
    r.decision, r.note, r.owner, r.due
from reviews r join documents d on d.ref = r.document;
"""

BOUND = """
alter table reviews add column fields text not null default '';

drop view v_reviews;
create view v_reviews as
select r.id, r.change, d.id as document, r.before_text, r.after_text, r.fields, replace(r.at, '.000000Z', 'Z') as at,
    r.by, r.decision, r.note, r.owner, r.due
from reviews r join documents d on d.ref = r.document;
"""

# What the tool did by itself, and what it told of its own state. A delivery is of a digest or of an alert; the table is
# made anew for that, since a column cannot be allowed to be empty later.
UNATTENDED = """
create table runs (
    id integer primary key,
    schedule text not null,
    due text not null,
    attempt integer not null check (attempt >= 1),
    at text not null,
    command text not null,
    missed integer not null check (missed >= 0),
    missed_since text,
    unique (schedule, due, attempt)
) strict;

create table run_ends (
    run integer primary key references runs (id),
    at text not null,
    outcome text not null check (outcome in ('done', 'failed', 'deadline', 'cut_off')),
    code integer,
    message text not null
) strict;

create table alerts (
    id integer primary key,
    at text not null,
    about text not null,
    state text not null check (state in ('failing', 'recovered')),
    since text not null,
    message text not null
) strict;
create index alerts_about on alerts (about);

pragma defer_foreign_keys = on;
create temp table deliveries_before as select * from deliveries order by id;
drop table deliveries;
create table deliveries (
    id integer primary key,
    digest integer references sent_digests (id),
    channel text not null check (channel in ('smtp', 'webhook', 'file')),
    target text not null,
    message_id text not null unique,
    at text not null,
    body text not null,
    alert integer references alerts (id),
    check ((digest is null) <> (alert is null))
) strict;
insert into deliveries (id, digest, channel, target, message_id, at, body)
    select id, digest, channel, target, message_id, at, body from temp.deliveries_before order by id;
drop table temp.deliveries_before;
create index deliveries_alert on deliveries (alert);

create view v_runs as
select r.id, r.schedule, replace(r.due, '.000000Z', 'Z') as due, r.attempt, replace(r.at, '.000000Z', 'Z') as begun,
    replace(e.at, '.000000Z', 'Z') as ended, coalesce(e.outcome, '') as outcome, e.code, coalesce(e.message, '') as message,
    r.command, r.missed, replace(r.missed_since, '.000000Z', 'Z') as missed_since
from runs r left join run_ends e on e.run = r.id;

create view v_alerts as
select id, replace(at, '.000000Z', 'Z') as at, about, state, replace(since, '.000000Z', 'Z') as since, message
from alerts;
"""

# By which reader a capture was read: only then can a reading be told to be altered from one that another reader made. A
# tombstone says which reading stands in for the bytes, so that it can be proved without them.
READ_BY = """
alter table readings add column reader text not null default '';
alter table tombstones add column number integer not null default 0;
alter table tombstones add column reader text not null default '';
alter table tombstones add column reading text not null default '';
"""

FACT_TABLES = (
    "urls",
    "documents",
    "crawls",
    "crawl_ends",
    "crawl_issues",
    "targets",
    "bodies",
    "visits",
    "captures",
    "document_urls",
    "list_sightings",
    "list_readings",
    "acceptances",
    "mutes",
    "watches",
    "tombstones",
    "chain",
)
"""The append-only tables of the first schema."""

DERIVED_TABLES = (
    "list_beliefs",
    "doubts",
    "template_edits",
    "citations",
    "statements",
    "phrases",
    "mentions",
    "changes",
    "version_parts",
    "versions",
    "standings",
    "readings",
    "contents",
)
"""The tables that `rebuild` empties, in an order that foreign keys allow."""


def _protect(table: str) -> str:
    """Triggers that keep a fact table append-only; a body may go once its tombstone is written."""
    allowed = "when not exists (select 1 from tombstones where body = old.sha256)" if table == "bodies" else ""
    return f"""
create trigger {table}_no_update before update on {table} begin
    select raise(abort, '{table} is append-only: facts are never rewritten');
end;
create trigger {table}_no_delete before delete on {table} {allowed} begin
    select raise(abort, '{table} is append-only: facts are never deleted');
end;
"""


def _run(db: Database, script: str) -> None:
    """Execute a script statement by statement, inside the caller's transaction (`executescript` would commit it)."""
    import sqlite3

    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""


@migrations()
def m001_facts_and_derivations(db: Database) -> None:
    """The first schema."""
    _run(db, FACTS)
    _run(db, DERIVED)
    _run(db, VIEWS)
    for table in FACT_TABLES:
        _run(db, _protect(table))


@migrations()
def m002_conclusions(db: Database) -> None:
    """What part of a text bears meaning: tokens, citations, statements of status, roles of mentions, what was ignored.

    What was derived stays readable; it is derived anew by the next command that writes.
    """
    _run(db, CONCLUSIONS)


@migrations()
def m003_told(db: Database) -> None:
    """What was told to whom, and what people decided of it: facts, protected like the others."""
    _run(db, TOLD)
    for table in TOLD_TABLES:
        _run(db, _protect(table))


@migrations()
def m004_bound(db: Database) -> None:
    """What a review is bound to where both texts are equal: the regulator's fields that differ."""
    _run(db, BOUND)


@migrations()
def m005_unattended(db: Database) -> None:
    """What the scheduler ran and missed, and what was told of failures: facts, protected like the others."""
    _run(db, UNATTENDED)
    for table in (*RUN_TABLES, "deliveries"):
        _run(db, _protect(table))


@migrations()
def m006_read_by(db: Database) -> None:
    """By which reader each capture was read, and what stands in for bytes that are no longer kept."""
    _run(db, READ_BY)
