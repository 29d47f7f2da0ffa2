/* ---
kind: segment
profile: customers
key: customer_id
owner: growth@shop.example
description: Registered in the last 60 days and has not bought yet
--- */
select c.customer_id
from {{ source('shop', 'customers') }} as c
cross join {{ ref('clock') }} as clock
where c.created_at >= clock.today - {{ var('new_days', 60) }}
  and c.created_at <= {{ as_of }}
  and not exists (
    select 1
    from {{ ref('completed_orders') }} as o
    where o.customer_id = c.customer_id
  )
