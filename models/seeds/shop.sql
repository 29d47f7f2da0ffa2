-- The warehouse of a made-up web shop: the source of every model in this sample.
--
-- The same rows come out every time: nothing here is random and nothing reads the clock. Chance is a hash of a row's number
-- and a salt, and every date lies before one anchor, 2026-11-01 00:00 UTC. All timestamps are UTC.
--
-- Nobody here can be reached. Mail domains are reserved for examples (RFC 2606), the Gmail addresses carry a hyphen, which
-- Gmail does not allow, and phone numbers lie in ranges that, as far as we know, are kept for fiction or not given to subscribers.

create schema if not exists shop;

-- A whole number, a number in [0, 1), an element of a list, and a standard normal (three uniforms are close enough).
-- Hashed twice, since hash(i, 'a') and hash(i, 'b') differ by the same bits for every i: dice with two salts would agree.
create or replace temp macro dice(i, salt) as hash(hash(i, salt));
create or replace temp macro chance(i, salt) as (dice(i, salt) >> 11) / 9007199254740992;
create or replace temp macro pick(choices, i, salt) as choices[1 + (dice(i, salt) % len(choices))::bigint];
create or replace temp macro bell(i, salt) as 2 * (chance(i, salt || '/1') + chance(i, salt || '/2') + chance(i, salt || '/3') - 1.5);
create or replace temp macro anchor() as timestamp '2026-11-01 00:00:00';

-- The moment that lies a share of the way between two others, and a name in plain letters, for mail addresses.
create or replace temp macro moment(earlier, later, share) as earlier + to_seconds((date_diff('second', earlier, later) * share)::bigint);
create or replace temp macro plain(name) as
  regexp_replace(strip_accents(replace(replace(translate(lower(name), 'øł', 'ol'), 'æ', 'ae'), 'ß', 'ss')), '[^a-z]', '', 'g');

-- Currencies: what one unit was worth in EUR when the year's budget was made.
create or replace table shop.currencies as
select *
from (values
  ('EUR', 1.0000::decimal(9, 4)),
  ('DKK', 0.1340),
  ('NOK', 0.0860),
  ('GBP', 1.1600),
  ('PLN', 0.2350),
  ('USD', 0.9200),
  ('JPY', 0.0061),
  ('AED', 0.2500),
  ('UAH', 0.0210),
  ('ILS', 0.2500)
) as t (currency, eur_rate);

-- Where customers live. `share` is out of 100. A phone number is dial code, then `prefix` filled up to `digits`,
-- and `trunk` is what people dial in front of it at home.
create or replace temp table countries as
select *
from (values
  (
    'DK', 38, 'DKK', '45', '', '10', 8,
    ['København|2100', 'København|2300', 'Aarhus|8000', 'Odense|5000', 'Aalborg|9000', 'Esbjerg|6700', 'Helsingør|3000', 'Rønne|3700'],
    ['Søren', 'Mette', 'Jørgen', 'Kirsten', 'Åse', 'Lærke', 'Frederik', 'Anne-Marie', 'Emma', 'Noah', 'Asbjørn', 'Freja', 'Mikkel', 'Ida'],
    ['Jensen', 'Nielsen', 'Sørensen', 'Møller', 'Kjær', 'Østergaard', 'Bæk', 'Aagaard', 'Lund Hansen', 'Holm', 'Skov', 'Rasmussen']
  ),
  (
    'DE', 14, 'EUR', '49', '0', '10', 10,
    ['Berlin|10115', 'Hamburg|20095', 'München|80331', 'Köln|50667', 'Flensburg|24937', 'Düsseldorf|40213'],
    ['Jürgen', 'Käthe', 'Björn', 'Anneliese', 'Lukas', 'Mia', 'Sören', 'Hans-Peter', 'Zoë', 'Emil'],
    ['Müller', 'Schäfer', 'Groß', 'Weiß', 'Schröder', 'von der Heide', 'Köhler', 'Schmidt', 'Lüders', 'Becker']
  ),
  (
    'NO', 9, 'NOK', '47', '', '10', 8,
    ['Oslo|0150', 'Bergen|5003', 'Trondheim|7010', 'Tromsø|9008', 'Ålesund|6002'],
    ['Bjørn', 'Ingrid', 'Håkon', 'Sigrid', 'Øyvind', 'Solveig', 'Lars', 'Åshild'],
    ['Hansen', 'Johansen', 'Ødegård', 'Bråten', 'Lie', 'Sæther', 'Haugen', 'Nygård']
  ),
  (
    'GB', 8, 'GBP', '44', '0', '6', 10,
    ['London|SW1A 1AA', 'Manchester|M1 1AE', 'Edinburgh|EH1 1YZ', 'Cardiff|CF10 1EP', 'Leeds|LS1 4DY'],
    ['Oliver', 'Amelia', 'Siobhán', 'Callum', 'Priya', 'Rhys', 'Grace', 'Muhammad'],
    ['O''Brien', 'Smith', 'MacDonald', 'Patel', 'Llewellyn', 'Taylor-Jones', 'Khan', 'Evans']
  ),
  (
    'FR', 6, 'EUR', '33', '0', '63998', 9,
    ['Paris|75011', 'Lyon|69002', 'Saint-Étienne|42000', 'Nîmes|30000', 'Besançon|25000'],
    ['Élodie', 'François', 'Jean-Noël', 'Chloé', 'Anaïs', 'Gaëlle', 'Hugo', 'Inès'],
    ['Lefèvre', 'Dubois', 'D''Alençon', 'Gérard', 'Béranger', 'Moreau', 'Le Goff', 'Müntz']
  ),
  (
    'PL', 5, 'PLN', '48', '', '10', 9,
    ['Warszawa|00-001', 'Kraków|30-001', 'Łódź|90-001', 'Gdańsk|80-001', 'Wrocław|50-001'],
    ['Łukasz', 'Małgorzata', 'Paweł', 'Zofia', 'Stanisław', 'Agnieszka', 'Jan', 'Żaneta'],
    ['Wójcik', 'Kowalska', 'Dąbrowski', 'Wiśniewska', 'Kamiński', 'Źrebiec', 'Nowak', 'Łęcki']
  ),
  (
    'GR', 4, 'EUR', '30', '', '40', 10,
    ['Αθήνα|105 57', 'Θεσσαλονίκη|546 24', 'Πάτρα|262 21', 'Ηράκλειο|712 01'],
    ['Γιώργος', 'Μαρία', 'Δημήτρης', 'Ελένη', 'Κωνσταντίνος', 'Ιωάννα', 'Σπύρος', 'Ζωή'],
    ['Παπαδόπουλος', 'Οικονόμου', 'Αγγελόπουλος', 'Νικολαΐδης', 'Βλάχος', 'Μακρής']
  ),
  (
    'ES', 4, 'EUR', '34', '', '10', 9,
    ['Madrid|28001', 'Barcelona|08001', 'A Coruña|15001', 'Málaga|29001', 'León|24001'],
    ['José', 'María', 'Íñigo', 'Begoña', 'Andrés', 'Lucía', 'Martín', 'Núria'],
    ['García', 'Núñez', 'Ibáñez', 'López de la Fuente', 'Martínez', 'Peña', 'Güell', 'Muñoz']
  ),
  (
    'JP', 3, 'JPY', '81', '0', '10', 10,
    ['東京|100-0001', '大阪|530-0001', '京都|600-8001', '札幌|060-0001'],
    ['陽菜', '蓮', 'さくら', '翔太', '美咲', '大輔', 'ハナ', '健'],
    ['佐藤', '鈴木', '高橋', '渡辺', '髙島', '齋藤', '小林', '山本']
  ),
  (
    'US', 3, 'USD', '1', '', '555', 10,
    ['New York|10001', 'San José|95113', 'Portland|97201', 'Austin|78701', 'Boston|02108'],
    ['James', 'Renée', 'José', 'Ashley', 'D''Andre', 'Emily', 'Zoë', 'Michael'],
    ['Smith', 'Nguyen', 'García-López', 'O''Neill', 'Johnson', 'McKay', 'Williams', 'Kim']
  ),
  (
    'AE', 3, 'AED', '971', '0', '10', 9,
    ['دبي|00000', 'أبوظبي|00000', 'الشارقة|00000'],
    ['محمد', 'فاطمة', 'أحمد', 'عائشة', 'يوسف', 'مريم', 'خالد', 'نورة'],
    ['المنصوري', 'الحمادي', 'الشامسي', 'آل مكتوم', 'الزعابي', 'بن سعيد']
  ),
  (
    'UA', 2, 'UAH', '380', '0', '10', 9,
    ['Київ|01001', 'Львів|79000', 'Одеса|65000', 'Харків|61000'],
    ['Олександр', 'Оксана', 'Юрій', 'Їлена', 'Андрій', 'Софія'],
    ['Шевченко', 'Мельник', 'Ковальчук', 'Щербак', 'Гончар', 'Лук''яненко']
  ),
  (
    'IL', 1, 'ILS', '972', '0', '10', 9,
    ['תל אביב|6100000', 'ירושלים|9100000', 'חיפה|3100000'],
    ['נועה', 'דוד', 'יעל', 'משה', 'תמר', 'אורי'],
    ['כהן', 'לוי', 'מזרחי', 'פרץ', 'ביטון', 'אברהם']
  )
) as t (country, share, currency, dial, trunk, prefix, digits, cities, first_names, last_names);

-- One row per customer with what the other tables need. Ids follow registration, and registrations grow over four years.
-- `loyalty` is Pareto: a few people bring most of the orders. Two in five have lost interest on the way (`seen_until`). Web
-- events are kept for 540 days, so that is how far back visits go (`seen_from`).
create or replace temp table people as
with

registered as (
  select
    i as customer_id,
    anchor() - to_seconds((1460 * 86400 * pow((100001 - i - chance(i, 'registered')) / 100000, 1.15))::bigint) as created_at,
    least(40, pow(1 - chance(i, 'loyalty'), -1 / 1.3)) as loyalty
  from range(1, 100001) as r (i)
),

with_lifespan as (
  select
    *,
    greatest(created_at, anchor() - interval 540 days) as seen_from,
    case
      when chance(customer_id, 'lost') < 0.4 then moment(created_at, anchor(), chance(customer_id, 'lost on'))
      else anchor()
    end as seen_until
  from registered
),

country_slots as (
  select
    country,
    currency,
    row_number() over (order by country, n) - 1 as slot
  from (select country, currency, unnest(range(share)) as n from countries)
)

select
  customer_id,
  country,
  currency,
  created_at,
  seen_from,
  seen_until,
  case
    when chance(customer_id, 'never orders') < case when created_at > anchor() - interval 60 days then 0.35 else 0.16 end then 0
    when chance(customer_id, 'orders once') < 0.2 then 1
    else least(150, 1 + floor(1.75 * loyalty * sqrt(date_diff('day', created_at, seen_until) / 60)))
  end::bigint as orders,
  floor(3.8 * loyalty * chance(customer_id, 'visits') * sqrt(greatest(0, date_diff('day', seen_from, seen_until)) / 540))::bigint as visits,
  exp(3.4 + 0.55 * bell(customer_id, 'basket')) as usual_basket
from with_lifespan
join country_slots
  on slot = (dice(customer_id, 'country') % 100)::bigint;

-- Customers: everybody with an account, whether or not they have bought. E-mail and phone are as people typed them.
create or replace table shop.customers as
with

named as (
  select
    people.customer_id,
    people.country,
    people.created_at,
    countries.* exclude (country, share, currency, cities, first_names, last_names),
    pick(countries.first_names, customer_id, 'first name') as first_name,
    pick(countries.last_names, customer_id, 'last name') as last_name,
    string_split(pick(countries.cities, customer_id, 'city'), '|') as city_and_code,
    dice(customer_id, 'email style') % 100 as email_style,
    dice(customer_id, 'phone style') % 100 as phone_style
  from people
  join countries using (country)
),

spelled as (
  select
    *,
    plain(first_name) as first_plain,
    plain(last_name) as last_plain,
    digits - length(prefix) as free,
    prefix || lpad((dice(customer_id, 'phone') % pow(10, free)::ubigint)::varchar, free::integer, '0') as national
  from named
),

with_handles as (
  select
    *,
    if(first_plain = '', pick(['sunny', 'quiet', 'blue', 'lucky', 'tiny'], customer_id, 'handle'), first_plain) as handle_first,
    if(last_plain = '', pick(['fox', 'river', 'maple', 'comet', 'whale'], customer_id, 'handle'), last_plain) as handle_last
  from spelled
)

select
  customer_id,
  case
    when email_style < 60
      then handle_first || '.' || handle_last || customer_id || '@' || pick(['example.com', 'example.net', 'mail.example', 'post.example'], customer_id, 'domain')
    when email_style < 72
      then upper(handle_first[1]) || handle_first[2:] || '.' || upper(handle_last) || customer_id || '@Example.COM'
    when email_style < 80
      then handle_last || customer_id || '+shop@example.org'
    else handle_first[1] || '.' || handle_first[2:] || '.' || handle_last || '-' || customer_id || '@gmail.com'
  end as email,
  case
    when phone_style < 40 then '+' || dial || national
    when phone_style < 55 then '+' || dial || ' ' || national[:2] || ' ' || national[3:4] || ' ' || national[5:6] || ' ' || national[7:]
    when phone_style < 65 then '00' || dial || national
    when phone_style < 80 then trunk || national
    when phone_style < 88 then '(+' || dial || ') ' || national[:4] || '-' || national[5:]
  end as phone,
  first_name,
  last_name,
  country,
  city_and_code[1] as city,
  city_and_code[2] as postal_code,
  if(chance(customer_id, 'birth date known') < 0.8, date '1945-01-01' + (chance(customer_id, 'birth date') * 22600)::integer, null) as birth_date,
  created_at
from with_handles
order by customer_id;

-- Products: what the shop sells. The price is the list price in EUR.
create or replace table shop.products as
select
  i as product_id,
  'SKU-' || lpad(i::varchar, 5, '0') as sku,
  pick(['Oak', 'Linen', 'Copper', 'Wool', 'Birch', 'Clay', 'Cotton', 'Slate'], i, 'material') || ' '
    || pick(['lamp', 'chair', 'blanket', 'planter', 'mug', 'shelf', 'lantern', 'cushion', 'hammock', 'parasol'], i, 'thing') as name,
  pick(['kitchen', 'garden', 'living', 'bedroom', 'outdoor', 'kids', 'office', 'lighting'], i, 'category') as category,
  round(exp(3.2 + 0.7 * bell(i, 'price')), 2)::decimal(12, 2) as price,
  chance(i, 'active') < 0.9 as active
from range(1, 2001) as r (i);

-- Orders: one row per order, also the cancelled and the refunded ones. `total` is in `currency`.
-- July sells about twice as much as January: the sine slows time down in summer. It leaves the anchor where it is (0.86).
create or replace table shop.orders as
with

placed as (
  select
    customer_id,
    currency,
    usual_basket,
    n,
    customer_id * 1000 + n as i,
    case
      when n = 0
        then moment(created_at, least(created_at + interval 45 days, anchor()), pow(chance(customer_id, 'first order'), 4))
      else moment(created_at, seen_until, chance(customer_id * 1000 + n, 'ordered'))
    end as evenly,
    created_at
  from (select *, unnest(range(orders)) as n from people)
),

seasonal as (
  select
    *,
    evenly + to_seconds((365.25 * 86400 * 0.35 / (2 * pi()) * (0.86 + sin(2 * pi() * dayofyear(evenly) / 365.25)))::bigint) as in_season
  from placed
),

timed as (
  select
    *,
    if(n > 0 and in_season between created_at and anchor() - interval 1 second, in_season, least(evenly, anchor() - interval 1 second)) as ordered_at
  from seasonal
)

select
  1000000 + row_number() over () as order_id,
  * exclude (i)
from (
  select
    customer_id,
    ordered_at,
    case
      when chance(i, 'status') < 0.92 then 'completed'
      when chance(i, 'status') < 0.96 then 'cancelled'
      else 'refunded'
    end as status,
    round(usual_basket * exp(0.5 * bell(i, 'total')) / eur_rate, if(currency = 'JPY', 0, 2))::decimal(12, 2) as total,
    currency,
    case
      when chance(i, 'channel') < 0.55 then 'web'
      when chance(i, 'channel') < 0.85 then 'app'
      when chance(i, 'channel') < 0.97 then 'store'
      else 'phone'
    end as channel,
    i
  from timed
  join shop.currencies using (currency)
  order by ordered_at, i
);

-- Consent: every answer to "may we?", per customer and purpose. The last answer counts. No row means never asked.
create or replace table shop.consent as
with

asked as (
  select
    customer_id,
    created_at,
    purpose,
    customer_id * 10 + purpose_no as i
  from people
  cross join (values ('newsletter', 1, 0.66), ('ads', 2, 0.48), ('sms', 3, 0.25)) as p (purpose, purpose_no, share)
  where chance(customer_id * 10 + purpose_no, 'asked') < share
),

answers as (
  select
    *,
    moment(created_at, anchor(), chance(i, 'withdrawn on')) as withdrawn_at
  from asked
)

select
  customer_id,
  purpose,
  'granted' as status,
  created_at as changed_at
from answers
union all
select
  customer_id,
  purpose,
  'withdrawn',
  withdrawn_at
from answers
where chance(i, 'changes') < 0.22
union all
select
  customer_id,
  purpose,
  'granted',
  moment(withdrawn_at, anchor(), chance(i, 'granted again on'))
from answers
where chance(i, 'changes') < 0.05
order by customer_id, purpose, changed_at;

-- Web events: what happens on the site, and opens of the weekly newsletter, kept for 540 days. `customer_id` is null for
-- visitors who are not logged in. `anonymous_id` is the browser's cookie.
create or replace table shop.web_events as
with

customer_visits as (
  select
    customer_id,
    customer_id * 100 + n as visit,
    customer_id * 100 + n % 3 as browser,
    moment(seen_from, seen_until, chance(customer_id * 100 + n, 'visited')) as started_at
  from (select *, unnest(range(visits)) as n from people)
),

anonymous_visits as (
  select
    null::bigint as customer_id,
    100000000 + i as visit,
    100000000 + i // 2 as browser,
    anchor() - to_seconds(60 + (540 * 86400 * chance(i, 'anonymous visit'))::bigint) as started_at
  from range(60000) as r (i)
),

visits as (
  select * from customer_visits
  union all
  select * from anonymous_visits
),

-- A visit walks down the shop: landing page, products, cart, checkout. Most leave early.
page_events as (
  select
    customer_id,
    visit * 10 + step as i,
    browser,
    case
      when step = 0 then 'page_view'
      when step = 3 then 'add_to_cart'
      when step = 4 then 'checkout_started'
      else 'product_view'
    end as event_name,
    if(step between 1 and 3, 1 + floor(2000 * pow(chance(visit, 'taste'), 2))::bigint, null) as product_id,
    started_at + to_seconds(step * (20 + (dice(visit, 'pace') % 90)::bigint)) as occurred_at
  from (
    select *, unnest(range(1 + floor(5 * pow(chance(visit, 'depth'), 1.6))::bigint)) as step
    from visits
  )
),

readers as (
  select
    customer_id,
    created_at,
    pow(chance(customer_id, 'reads'), 5) as diligence
  from people
  where customer_id in (select customer_id from shop.consent where purpose = 'newsletter')
    and chance(customer_id, 'reads') > 0.4
),

newsletter_opens as (
  select
    customer_id,
    2000000000 + customer_id * 100 + issue as i,
    customer_id * 100 as browser,
    'email_open' as event_name,
    null::bigint as product_id,
    moment(sent_at, sent_at + interval 17 hours, pow(chance(customer_id * 100 + issue, 'opened'), 3)) as occurred_at
  from (
    select
      *,
      timestamp '2026-10-29 07:00:00' - to_days(7 * issue::integer) as sent_at
    from (select *, unnest(range(26)) as issue from readers)
  )
  where created_at < sent_at
    and chance(customer_id * 100 + issue, 'opens') < diligence
),

all_events as (
  select * from page_events
  union all
  select * from newsletter_opens
)

select
  row_number() over () as event_id,
  * exclude (i)
from (
  select
    customer_id,
    to_base((dice(browser, 'cookie') >> 4)::bigint, 36) as anonymous_id,
    event_name,
    product_id,
    case
      when event_name = 'checkout_started' then '/checkout'
      when event_name = 'email_open' then '/newsletter'
      when event_name <> 'page_view' then '/products/' || product_id
      when chance(i, 'landing page') < 0.5 then '/'
      when chance(i, 'landing page') < 0.7 then '/sale'
      when chance(i, 'landing page') < 0.9 then '/new'
      else '/garden'
    end as url,
    occurred_at,
    i
  from all_events
  where occurred_at < anchor()
  order by occurred_at, i
);

drop table people;
drop table countries;
drop macro dice;
drop macro chance;
drop macro pick;
drop macro bell;
drop macro anchor;
drop macro moment;
drop macro plain;
