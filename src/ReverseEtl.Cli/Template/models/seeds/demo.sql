-- A warehouse to begin with: 200 customers and their orders, the same on every machine.
create schema shop;

create table shop.customers as
select
  i as customer_id,
  'customer' || i || '@example.com' as email,
  case i % 3 when 0 then 'DK' when 1 then 'SE' else 'DE' end as country
from range(1, 201) t(i);

create table shop.orders as
select
  i as order_id,
  1 + hash(hash(i, 'customer')) % 200 as customer_id,
  timestamp '2026-01-01' + interval 1 hour * (i * 7) as ordered_at,
  (10 + hash(hash(i, 'total')) % 190)::decimal(10, 2) as total
from range(1, 1001) t(i);
