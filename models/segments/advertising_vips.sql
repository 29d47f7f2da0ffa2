/* ---
kind: segment
profile: customers
key: customer_id
owner: growth@shop.example
description: Customers of high value who allow that their data is matched by ad platforms
--- */
select h.customer_id
from {{ ref('high_value') }} as h
inner join {{ ref('consents') }} as c
  on c.customer_id = h.customer_id
where c.ads_consent
