using Microsoft.EntityFrameworkCore;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage;

/// <summary>One spelling that both SQLite and PostgreSQL take without quotation marks, since the store writes SQL of its own.</summary>
internal static class TableNames
{
    public static void Spell(ModelBuilder model, bool isPostgres)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            // A row that gets its number from the store gets one that no row had before it.
            if (entity.FindProperty("Id") is { } id && id.ClrType.IsAssignableTo(typeof(INumbered)))
            {
                var number = model.Entity(entity.ClrType).Property(id.Name).ValueGeneratedOnAdd();
                if (!isPostgres)
                    number.UseAutoincrement(); // an identity never comes again by itself
            }
            entity.SetTableName(Snake(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
                if (isPostgres && (property.GetProviderClrType() ?? property.ClrType) == typeof(string))
                    property.SetCollation("C"); // by their bytes, as SQLite compares and as cursors go on
            }
        }
    }

    private static string Snake(string name) =>
        string.Concat(
            name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString())
        );
}
