-- Run once by compose.yaml's PostgreSQL, when its volume is new: Porthole's database, and a role that owns it and is no
-- superuser. The role of customers is made here too, so that Porthole's own need not make any.
\getenv password DATABASE_PASSWORD
create role porthole login password :'password';
create role porthole_customer nologin;
grant porthole_customer to porthole;
create database porthole owner porthole;
