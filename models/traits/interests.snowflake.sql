-- The same in Snowflake, whose max_by takes no pairs.
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
  category as favourite_category
from views
-- The category's name breaks ties, so that the same data gives the same answer in every run.
qualify row_number() over (partition by customer_id order by views desc, category desc) = 1
