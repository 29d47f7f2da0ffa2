/* ---
kind: segment
profile: customers
key: customer_id
owner: crm@shop.example
description: Customers who spent at least 1,000 EUR in the last year
--- */
select customer_id
from {{ ref('order_stats') }}
where value_last_year >= {{ var('high_value_min', 1000) }}
