-- The warehouse of a made-up web shop in PostgreSQL: the tables of shop.sql with a fifth of its customers, and other rows, as
-- another database hashes otherwise.
--
-- The same rows come out every time: nothing here is random and nothing reads the clock. Chance is a hash of a row's number
-- and a salt, and every date lies before one anchor, 2026-11-01 00:00 UTC. All timestamps are UTC.
--
-- Nobody here can be reached: mail domains are reserved for examples (RFC 2606), and phone numbers lie in ranges that, as far
-- as we know, are kept for fiction or not given to subscribers.

create schema shop;

-- A number in [0, 1), an element of a list, and the moment that lies a share of the way between two others.
create function pg_temp.chance(i bigint, salt text) returns double precision immutable parallel safe language sql as
$$ select ((hashtextextended(salt || i, 0) >> 11) & 9007199254740991) / 9007199254740992.0::double precision $$;
create function pg_temp.pick(choices text[], i bigint, salt text) returns text immutable parallel safe language sql as
$$ select choices[1 + floor(pg_temp.chance(i, salt) * cardinality(choices))::int] $$;
create function pg_temp.moment(earlier timestamp, later timestamp, share double precision) returns timestamp immutable parallel safe language sql as
$$ select date_trunc('second', earlier + (later - earlier) * share) $$;
create function pg_temp.anchor() returns timestamp immutable parallel safe language sql as $$ select timestamp '2026-11-01' $$;
-- A name in plain letters, for mail addresses; a database may have a locale that knows no letters but A to Z.
create function pg_temp.plain(name text) returns text immutable parallel safe language sql as
$$ select regexp_replace(translate(replace(replace(lower(name), 'æ', 'ae'), 'ß', 'ss'), 'øåäöüéèçïłąęśżźćńóôñáíØÅÄÖÜÉÈÇÏŁĄĘŚŻŹĆŃÓÔÑÁÍ', 'oaaoueecilaeszzcnoonaioaaoueecilaeszzcnoonai'), '[^a-z]', '', 'g') $$;

-- Currencies: what one unit was worth in EUR when the year's budget was made.
create table shop.currencies (currency text primary key, eur_rate numeric(9, 4) not null);
insert into shop.currencies values ('EUR', 1), ('DKK', 0.1340), ('NOK', 0.0860), ('GBP', 1.1600), ('PLN', 0.2350), ('USD', 0.9200);

-- Where customers live. `share` is out of 100. A phone number is dial code, then `prefix` filled up to `digits`.
create temporary table countries as
select *, sum(share) over (order by country) - share as slot_from, sum(share) over (order by country) as slot_to
from (values
  ('DK', 46, 'DKK', '45', '10', 8, array['København|2100', 'Aarhus|8000', 'Odense|5000', 'Aalborg|9000', 'Rønne|3700'],
    array['Søren', 'Mette', 'Jørgen', 'Åse', 'Lærke', 'Anne-Marie', 'Noah', 'Freja'], array['Jensen', 'Sørensen', 'Møller', 'Kjær', 'Østergaard', 'Lund Hansen', 'Holm']),
  ('DE', 18, 'EUR', '49', '10', 10, array['Berlin|10115', 'Hamburg|20095', 'München|80331', 'Köln|50667'],
    array['Jürgen', 'Käthe', 'Björn', 'Lukas', 'Mia', 'Hans-Peter'], array['Müller', 'Schäfer', 'Groß', 'von der Heide', 'Köhler', 'Schmidt']),
  ('NO', 10, 'NOK', '47', '10', 8, array['Oslo|0150', 'Bergen|5003', 'Tromsø|9008'],
    array['Bjørn', 'Ingrid', 'Håkon', 'Øyvind', 'Solveig'], array['Hansen', 'Bø', 'Ødegård', 'Haugen']),
  ('GB', 9, 'GBP', '44', '7700900', 10, array['London|SW1A 1AA', 'Leeds|LS1 4AP', 'Bristol|BS1 5TR'],
    array['Oliver', 'Zoë', 'Niamh', 'Amelia'], array['O''Brien', 'Smith', 'Taylor-Jones', 'Khan']),
  ('FR', 7, 'EUR', '33', '63998', 9, array['Paris|75011', 'Nîmes|30000', 'Saint-Étienne|42000'],
    array['Élodie', 'François', 'Jean-Noël', 'Inès'], array['Lefèvre', 'Dubois', 'D''Alençon', 'Le Goff']),
  ('PL', 6, 'PLN', '48', '10', 9, array['Kraków|30-001', 'Łódź|90-001', 'Gdańsk|80-001'],
    array['Łukasz', 'Małgorzata', 'Paweł', 'Żaneta'], array['Wójcik', 'Dąbrowski', 'Źrebiec', 'Nowak']),
  ('US', 4, 'USD', '1', '555', 10, array['New York|10001', 'San José|95113', 'Boston|02108'],
    array['James', 'Renée', 'Ashley', 'D''Andre'], array['Nguyen', 'García-López', 'O''Neill', 'McKay'])
) as t (country, share, currency, dial, prefix, digits, cities, first_names, last_names);

-- One row per customer with what the other tables need. A few people bring most of the orders (`loyalty`). Two in five have
-- lost interest on the way (`seen_until`). Web events are kept for 540 days (`seen_from`).
create temporary table people as
select
  customer_id,
  c.country,
  c.currency,
  created_at,
  greatest(created_at, pg_temp.anchor() - interval '540 days') as seen_from,
  seen_until,
  case
    when pg_temp.chance(customer_id, 'never orders') < case when created_at > pg_temp.anchor() - interval '60 days' then 0.35 else 0.16 end then 0
    when pg_temp.chance(customer_id, 'orders once') < 0.2 then 1
    else least(150, 1 + floor(1.75 * loyalty * sqrt(extract(epoch from seen_until - created_at)::double precision / 86400 / 60)))::int
  end as orders,
  floor(3.8 * loyalty * pg_temp.chance(customer_id, 'visits') * sqrt(greatest(0, extract(epoch from seen_until - greatest(created_at, pg_temp.anchor() - interval '540 days')))::double precision / 86400 / 540))::int as visits,
  exp(3.4 + 1.1 * (pg_temp.chance(customer_id, 'basket/1') + pg_temp.chance(customer_id, 'basket/2') + pg_temp.chance(customer_id, 'basket/3') - 1.5)) as usual_basket
from (
  select
    *,
    case
      when pg_temp.chance(customer_id, 'lost') < 0.4 then pg_temp.moment(created_at, pg_temp.anchor(), pg_temp.chance(customer_id, 'lost on'))
      else pg_temp.anchor()
    end as seen_until
  from (
    select
      i as customer_id,
      date_trunc('second', pg_temp.anchor() - interval '1460 days' * power((20001 - i - pg_temp.chance(i, 'registered')) / 20000, 1.15)) as created_at,
      least(40, power(1 - pg_temp.chance(i, 'loyalty'), -1 / 1.3)) as loyalty
    from generate_series(1::bigint, 20000) as i
  ) as registered
) as known
join countries as c
  on floor(pg_temp.chance(customer_id, 'country') * 100) >= c.slot_from and floor(pg_temp.chance(customer_id, 'country') * 100) < c.slot_to;

-- Customers: everybody with an account, whether or not they have bought. E-mail and phone are as people typed them.
create table shop.customers as
select
  customer_id,
  case
    when style < 0.6 then pg_temp.plain(first_name) || '.' || pg_temp.plain(last_name) || customer_id || '@' || pg_temp.pick(array['example.com', 'example.net', 'mail.example'], customer_id, 'domain')
    when style < 0.8 then initcap(pg_temp.plain(first_name)) || '.' || upper(pg_temp.plain(last_name)) || customer_id || '@Example.COM'
    else pg_temp.plain(last_name) || customer_id || '+shop@example.org'
  end as email,
  case
    when pg_temp.chance(customer_id, 'phone style') < 0.4 then '+' || dial || national
    when pg_temp.chance(customer_id, 'phone style') < 0.6 then '+' || dial || ' ' || left(national, 4) || ' ' || substr(national, 5)
    when pg_temp.chance(customer_id, 'phone style') < 0.8 then '00' || dial || national
  end as phone,
  first_name,
  last_name,
  country,
  split_part(city, '|', 1) as city,
  split_part(city, '|', 2) as postal_code,
  case when pg_temp.chance(customer_id, 'birth date known') < 0.8 then date '1945-01-01' + floor(pg_temp.chance(customer_id, 'birth date') * 22600)::int end as birth_date,
  created_at
from (
  select
    p.customer_id,
    p.country,
    p.created_at,
    c.dial,
    c.prefix || lpad(floor(pg_temp.chance(p.customer_id, 'phone') * power(10, c.digits - length(c.prefix)))::bigint::text, c.digits - length(c.prefix), '0') as national,
    pg_temp.chance(p.customer_id, 'email style') as style,
    pg_temp.pick(c.first_names, p.customer_id, 'first name') as first_name,
    pg_temp.pick(c.last_names, p.customer_id, 'last name') as last_name,
    pg_temp.pick(c.cities, p.customer_id, 'city') as city
  from people as p
  join countries as c
    using (country)
) as named
order by customer_id;

-- Products: what the shop sells. The price is the list price in EUR.
create table shop.products as
select
  i as product_id,
  'SKU-' || lpad(i::text, 5, '0') as sku,
  pg_temp.pick(array['Oak', 'Linen', 'Copper', 'Wool', 'Birch', 'Clay'], i, 'material') || ' ' || pg_temp.pick(array['lamp', 'chair', 'blanket', 'mug', 'shelf', 'parasol'], i, 'thing') as name,
  pg_temp.pick(array['kitchen', 'garden', 'living', 'bedroom', 'outdoor', 'kids', 'office', 'lighting'], i, 'category') as category,
  round(exp(3.2 + 1.4 * (pg_temp.chance(i, 'price') - 0.5))::numeric, 2)::numeric(12, 2) as price,
  pg_temp.chance(i, 'active') < 0.9 as active
from generate_series(1::bigint, 2000) as i;

-- Orders: one row per order, also the cancelled and the refunded ones. `total` is in `currency`.
create table shop.orders as
select
  1000000 + row_number() over (order by ordered_at, i) as order_id,
  customer_id,
  ordered_at,
  case when pg_temp.chance(i, 'status') < 0.92 then 'completed' when pg_temp.chance(i, 'status') < 0.96 then 'cancelled' else 'refunded' end as status,
  round((usual_basket * exp(pg_temp.chance(i, 'total') - 0.5) / eur_rate::double precision)::numeric, 2)::numeric(12, 2) as total,
  currency,
  case when pg_temp.chance(i, 'channel') < 0.55 then 'web' when pg_temp.chance(i, 'channel') < 0.85 then 'app' else 'store' end as channel
from (
  select
    p.*,
    p.customer_id * 1000 + n as i,
    case
      when n = 0 then pg_temp.moment(p.created_at, least(p.created_at + interval '45 days', pg_temp.anchor() - interval '1 second'), power(pg_temp.chance(p.customer_id, 'first order'), 4))
      else pg_temp.moment(p.created_at, p.seen_until - interval '1 second', pg_temp.chance(p.customer_id * 1000 + n, 'ordered'))
    end as ordered_at
  from people as p
  cross join lateral generate_series(0, p.orders - 1) as n
) as placed
join shop.currencies
  using (currency)
order by order_id;

-- Consent: every answer to "may we?", per customer and purpose. The last answer counts. No row means never asked.
create table shop.consent as
with

asked as (
  select
    customer_id,
    purpose,
    created_at,
    pg_temp.moment(created_at, pg_temp.anchor(), pg_temp.chance(customer_id * 10 + no, 'withdrawn on')) as withdrawn_at,
    pg_temp.chance(customer_id * 10 + no, 'changes') as changes,
    pg_temp.chance(customer_id * 10 + no, 'granted again on') as again
  from people
  cross join (values ('newsletter', 1, 0.66), ('ads', 2, 0.48), ('sms', 3, 0.25)) as p (purpose, no, share)
  where pg_temp.chance(customer_id * 10 + no, 'asked') < share
)

select customer_id, purpose, 'granted' as status, created_at as changed_at from asked
union all
select customer_id, purpose, 'withdrawn', withdrawn_at from asked where changes < 0.22
union all
select customer_id, purpose, 'granted', pg_temp.moment(withdrawn_at, pg_temp.anchor(), again) from asked where changes < 0.05
order by customer_id, purpose, changed_at;

-- Web events: what happens on the site, and opens of the weekly newsletter, kept for 540 days. `customer_id` is null for
-- visitors who are not logged in. `anonymous_id` is the browser's cookie.
create table shop.web_events as
with

visits as (
  select customer_id, customer_id * 100 + n as visit, customer_id * 100 + n % 3 as browser, pg_temp.moment(seen_from, seen_until, pg_temp.chance(customer_id * 100 + n, 'visited')) as started_at
  from people
  cross join lateral generate_series(0, visits - 1) as n
  union all
  select null, 100000000 + i, 100000000 + i / 2, pg_temp.moment(pg_temp.anchor() - interval '540 days', pg_temp.anchor() - interval '1 minute', pg_temp.chance(i, 'anonymous visit'))
  from generate_series(0::bigint, 11999) as i
),

-- A visit walks down the shop: landing page, products, cart, checkout. Most leave early.
page_events as (
  select
    customer_id,
    visit * 10 + step as i,
    browser,
    (array['page_view', 'product_view', 'product_view', 'add_to_cart', 'checkout_started'])[step + 1] as event_name,
    case when step between 1 and 3 then 1 + floor(2000 * power(pg_temp.chance(visit, 'taste'), 2))::bigint end as product_id,
    started_at + step * (20 + floor(90 * pg_temp.chance(visit, 'pace'))) * interval '1 second' as occurred_at
  from visits
  cross join lateral generate_series(0, floor(5 * power(pg_temp.chance(visit, 'depth'), 1.6))::int) as step
  where step < 5
),

newsletter_opens as (
  select
    customer_id,
    2000000000 + customer_id * 100 + issue as i,
    customer_id * 100 as browser,
    'email_open' as event_name,
    null::bigint as product_id,
    pg_temp.moment(sent_at, sent_at + interval '17 hours', power(pg_temp.chance(customer_id * 100 + issue, 'opened'), 3)) as occurred_at
  from people
  cross join lateral (select issue, timestamp '2026-10-29 07:00:00' - issue * interval '7 days' as sent_at from generate_series(0, 25) as issue) as issues
  where customer_id in (select customer_id from shop.consent where purpose = 'newsletter')
    and created_at < sent_at
    and pg_temp.chance(customer_id * 100 + issue, 'opens') < power(pg_temp.chance(customer_id, 'reads'), 5)
)

select
  row_number() over (order by occurred_at, i) as event_id,
  customer_id,
  to_hex(hashtextextended('cookie' || browser, 0)) as anonymous_id,
  event_name,
  product_id,
  case event_name
    when 'checkout_started' then '/checkout'
    when 'email_open' then '/newsletter'
    when 'page_view' then pg_temp.pick(array['/', '/', '/sale', '/new', '/garden'], i, 'landing page')
    else '/products/' || product_id
  end as url,
  occurred_at
from (select * from page_events union all select * from newsletter_opens) as events
where occurred_at < pg_temp.anchor()
order by event_id;

drop table people;
drop table countries;
