namespace ReverseEtl.Warehouses;
