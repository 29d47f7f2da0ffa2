/* ---
kind: segment
profile: customers
description: Customers who come back often
--- */
select customer_id
from {{ ref('customers') }}
where orders >= {{ var('orders', 6) }}
