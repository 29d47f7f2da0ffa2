/* ---
kind: trait
profile: customers
key: customer_id
owner: crm@shop.example
dialects: { postgres: interests.postgres.sql, snowflake: interests.snowflake.sql }
description: The product category that a customer has looked at most in the last half year
--- */
with

since as (
  select today - {{ var('interest_days', 180) }} as starts_at
  from {{ ref('clock') }}
),

views as (
  select
    e.customer_id,
    p.category,
    count(*) as views
  from {{ source('shop', 'web_events') }} as e
  cross join since
  join {{ source('shop', 'products') }} as p
    on p.product_id = e.product_id
  where e.customer_id is not null
    and e.occurred_at >= since.starts_at
    and e.occurred_at <= {{ as_of }}
  group by
    e.customer_id,
    p.category
)

select
  customer_id,
  -- The category's name breaks ties, so that the same data gives the same answer in every run.
  max_by(category, (views, category)) as favourite_category
from views
group by customer_id
