using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Basics.Files;

namespace ScimGateway.Cli;

/// <summary>A gateway and the key for it, as they are saved under a name. No record, which would print the key.</summary>
internal sealed class Profile(Uri url, string key)
{
    /// <summary>Where the gateway is.</summary>
    public Uri Url => url;

    /// <summary>The admin key, which goes to that gateway alone.</summary>
    public string Key => key;
}

/// <summary>The user's profiles, a file each that nobody else may read.</summary>
internal static class Profiles
{
    /// <summary>The one that is taken where none is named.</summary>
    public const string Default = "default";

    private const int MostBytes = 16 * 1024;
    private const string Ending = ".json";

    /// <summary>The user's folder.</summary>
    // Also where it is not there yet: else .NET says "", which is the folder that one happens to be in.
    public static string Folder() =>
        Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.ApplicationData,
                Environment.SpecialFolderOption.DoNotVerify
            ),
            "scimgateway",
            "profiles"
        );

    /// <summary>The profile of a name; null for none.</summary>
    /// <exception cref="Complaint">Others may read or own it or its folder, or it makes no sense.</exception>
    public static Profile? Find(string folder, string name)
    {
        var path = PathOf(folder, name);
        RequireOwn(folder);
        try
        {
            if (LinuxFile.IsRegular(path) == false)
                throw Unreadable(path, name);
            using var file = File.OpenRead(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & ~OwnerOnly.Mode) != 0)
                throw new Complaint(
                    Exit.WrongUse,
                    $"Others may read {path}, which has an admin key: see who has read it, and 'chmod 600 {path}'."
                );
            if (LinuxFile.OtherOwner(file.SafeFileHandle) is { } owner)
                throw new Complaint(
                    Exit.WrongUse,
                    $"{path}, which has an admin key, belongs to user {owner}, who may read and change it: 'chown' it to the user who runs this, or delete it and save the profile anew."
                );
            if (file.Length > MostBytes)
                throw Unreadable(path, name);
            var saved = JsonNode.Parse(file) as JsonObject;
            return
                (string?)saved?["url"] is { } address
                && Uri.TryCreate(address, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
                && (string?)saved["adminKey"] is { } key
                ? new Profile(url, key)
                : throw Unreadable(path, name);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw Unreadable(path, name);
        }
    }

    /// <summary>Saves it under a name, in place of what was there.</summary>
    /// <returns>The file.</returns>
    public static string Save(string folder, string name, Profile profile)
    {
        var path = PathOf(folder, name);
        RequireOwn(folder);
        try
        {
            OwnerOnly.MakeFolder(folder);
            // Beside it and then in its place: whatever was there may have had another mode.
            var beside = Path.Combine(folder, Path.GetRandomFileName());
            using (var file = new StreamWriter(OwnerOnly.NewFile(beside)))
                file.WriteLine(
                    new JsonObject { ["url"] = profile.Url.ToString(), ["adminKey"] = profile.Key }.ToJsonString()
                );
            File.Move(beside, path, overwrite: true);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Complaint(Exit.WrongUse, $"The profile cannot be saved at {path}: {e.Message}");
        }
    }

    /// <summary>The names of those there are.</summary>
    /// <exception cref="Complaint">Others may read or own the folder.</exception>
    public static IEnumerable<string> Names(string folder)
    {
        RequireOwn(folder);
        return Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*" + Ending)
                .Select(file => Path.GetFileNameWithoutExtension(file)!)
                .Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>Deletes one; whether there was one.</summary>
    public static bool Delete(string folder, string name)
    {
        var path = PathOf(folder, name);
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        return true;
    }

    // Who may write there can put another gateway's address into a profile, and is sent what is meant for this one.
    private static void RequireOwn(string folder)
    {
        if (OwnerOnly.IsOpen(folder))
            throw new Complaint(
                Exit.WrongUse,
                $"Others may read or change {folder}, the folder of the profiles: see what is in it, and 'chmod 700 {folder}'."
            );
        if (LinuxFile.OtherOwner(folder) is { } owner)
            throw new Complaint(
                Exit.WrongUse,
                $"{folder}, the folder of the profiles, belongs to user {owner}, who may change them: 'chown' it to the user who runs this, or delete it and save the profiles anew."
            );
    }

    // Part of a path: letters, digits and hyphens alone.
    private static string PathOf(string folder, string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? Path.Combine(folder, name + Ending)
            : throw new Complaint(Exit.WrongUse, "A profile's name has letters, digits and hyphens, 64 at most.");

    private static Complaint Unreadable(string path, string name) =>
        new(Exit.WrongUse, $"The profile {name} cannot be read at {path}; save it anew.", $"profile save {name}");
}
