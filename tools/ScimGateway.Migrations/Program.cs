// SQLite:
//   dotnet ef migrations add NAME -p src/ScimGateway.Provisioning -s tools/ScimGateway.Migrations -o Storage/Migrations
// and then, for new files:
//   dotnet ef migrations script -p src/ScimGateway.Provisioning -s tools/ScimGateway.Migrations
//     -o src/ScimGateway.Provisioning/Storage/Migrations/Start.sql
// PostgreSQL, for new databases and those that are there:
//   dotnet ef migrations add NAME -p tools/ScimGateway.PostgresMigrations -s tools/ScimGateway.Migrations -o Migrations
//     -- --provider postgres
//   dotnet ef migrations script --idempotent -p tools/ScimGateway.PostgresMigrations -s tools/ScimGateway.Migrations
//     -o src/ScimGateway.Provisioning/Storage/Postgres/Postgres.sql -- --provider postgres
// and take the mark of byte order off that script's beginning.
return 0;
