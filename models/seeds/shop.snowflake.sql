-- The warehouse of a made-up web shop in Snowflake: the tables of shop.sql with two thousand customers, and other rows, as another
-- database hashes otherwise. Run it once, in the database that the project names.
--
-- The same rows come out every time: nothing here is random and nothing reads the clock. Chance is a hash of a row's number and a salt,
-- and every date lies before one anchor, 2026-11-01 00:00 UTC. All timestamps are UTC. Mail domains are reserved for examples (RFC 2606).

create schema if not exists shop;

-- Currencies: what one unit was worth in EUR when the year's budget was made.
create or replace table shop.currencies (currency varchar, eur_rate number(9, 4));
insert into shop.currencies values ('EUR', 1), ('DKK', 0.1340), ('NOK', 0.0860), ('GBP', 1.1600);

-- Customers: everybody with an account, whether or not they have bought.
create or replace table shop.customers as
select
  i as customer_id,
  lower(first_name) || '.' || lower(last_name) || i || '@example.com' as email,
  iff(mod(i, 3) = 0, null, '+4510' || lpad(mod(abs(hash(i, 'phone')), 1000000), 6, '0')) as phone,
  first_name,
  last_name,
  country,
  case country when 'DK' then 'Aarhus' when 'DE' then 'Hamburg' when 'NO' then 'Bergen' else 'Leeds' end as city,
  lpad(mod(abs(hash(i, 'postal code')), 10000), 4, '0') as postal_code,
  dateadd(day, mod(abs(hash(i, 'birth date')), 22600), cast('1945-01-01' as date)) as birth_date,
  dateadd(second, -mod(abs(hash(i, 'registered')), 86400 * 900), cast('2026-11-01 00:00:00' as timestamp_ntz)) as created_at
from (
  select
    i,
    split_part('Mette,Lukas,Ingrid,Oliver,Freja,Noah', ',', 1 + mod(abs(hash(i, 'first name')), 6)) as first_name,
    split_part('Jensen,Schmidt,Hansen,Smith,Holm', ',', 1 + mod(abs(hash(i, 'last name')), 5)) as last_name,
    split_part('DK,DK,DE,NO,GB', ',', 1 + mod(abs(hash(i, 'country')), 5)) as country
  from (select cast(1 + seq8() as number(18, 0)) as i from table(generator(rowcount => 2000))) as numbers
) as named;

-- Products: what the shop sells. The price is the list price in EUR.
create or replace table shop.products as
select
  i as product_id,
  'SKU-' || lpad(i, 5, '0') as sku,
  'Product ' || i as name,
  split_part('kitchen,garden,living,bedroom,outdoor,office', ',', 1 + mod(abs(hash(i, 'category')), 6)) as category,
  cast(5 + mod(abs(hash(i, 'price')), 20000) / 100 as number(12, 2)) as price,
  mod(i, 10) <> 0 as active
from (select cast(1 + seq8() as number(18, 0)) as i from table(generator(rowcount => 200))) as numbers;

-- Orders: one row per order, also the cancelled and the refunded ones. `total` is in `currency`. A few people bring most of them.
create or replace table shop.orders as
select
  1000000 + i as order_id,
  c.customer_id,
  dateadd(second, mod(abs(hash(i, 'ordered')), datediff(second, c.created_at, cast('2026-11-01 00:00:00' as timestamp_ntz))), c.created_at) as ordered_at,
  case when mod(abs(hash(i, 'status')), 100) < 92 then 'completed' when mod(i, 2) = 0 then 'cancelled' else 'refunded' end as status,
  cast(10 + mod(abs(hash(i, 'total')), 40000) / 100 as number(12, 2)) as total,
  case c.country when 'DK' then 'DKK' when 'NO' then 'NOK' when 'GB' then 'GBP' else 'EUR' end as currency,
  split_part('web,app,store', ',', 1 + mod(abs(hash(i, 'channel')), 3)) as channel
from (select cast(1 + seq8() as number(18, 0)) as i from table(generator(rowcount => 20000))) as numbers
join shop.customers as c
  on c.customer_id = 1 + mod(mod(abs(hash(i, 'buyer')), 2000) * mod(abs(hash(i, 'loyalty')), 2000), 2000);

-- Consent: every answer to "may we?", per customer and purpose. The last answer counts. No row means never asked.
create or replace table shop.consent as
select customer_id, purpose, 'granted' as status, created_at as changed_at
from shop.customers
cross join (select 'newsletter' as purpose union all select 'ads' union all select 'sms') as purposes
where mod(abs(hash(customer_id, purpose)), 100) < 60
union all
select customer_id, 'newsletter', 'withdrawn', dateadd(day, 30, created_at)
from shop.customers
where mod(customer_id, 7) = 0;

-- Web events: what happens on the site, and opens of the newsletter. `customer_id` is null for visitors who are not logged in.
create or replace table shop.web_events as
select
  i as event_id,
  iff(mod(i, 9) = 0, null, cast(1 + mod(abs(hash(i, 'visitor')), 2000) as number(18, 0))) as customer_id,
  'cookie' || mod(abs(hash(i, 'visitor')), 2000) as anonymous_id,
  event_name,
  iff(event_name in ('product_view', 'add_to_cart'), cast(1 + mod(abs(hash(i, 'product')), 200) as number(18, 0)), null) as product_id,
  '/' || event_name as url,
  dateadd(second, -1 - mod(abs(hash(i, 'occurred')), 86400 * 540), cast('2026-11-01 00:00:00' as timestamp_ntz)) as occurred_at
from (
  select i, split_part('page_view,product_view,product_view,add_to_cart,email_open,email_open', ',', 1 + mod(abs(hash(i, 'event')), 6)) as event_name
  from (select cast(1 + seq8() as number(18, 0)) as i from table(generator(rowcount => 40000))) as numbers
) as events;
