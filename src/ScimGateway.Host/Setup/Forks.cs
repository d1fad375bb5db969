namespace ScimGateway.Host.Setup;

/// <summary>A fork in the way of a request.</summary>
internal static class Forks
{
    /// <summary>One way or the other, asked once; both come together again.</summary>
    public static void UseEither(
        this IApplicationBuilder app,
        Func<HttpContext, bool> isFirst,
        Action<IApplicationBuilder> first,
        Action<IApplicationBuilder> second
    )
    {
        app.Use(next =>
        {
            var (one, other) = (Way(first, next), Way(second, next));
            return context => isFirst(context) ? one(context) : other(context);
        });

        RequestDelegate Way(Action<IApplicationBuilder> way, RequestDelegate next)
        {
            var builder = app.New();
            way(builder);
            builder.Run(next);
            return builder.Build();
        }
    }
}
