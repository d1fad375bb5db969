namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>What people are told of. Of one cause, a tenant's are told once an hour at most.</summary>
internal enum Cause
{
    /// <summary>Slack refused a change that its provider takes for done.</summary>
    Failed,

    /// <summary>Slack refused to make an account or group that its provider takes for made.</summary>
    CreateRefused,

    /// <summary>Slack refused to let an account or group go: whoever left is still in.</summary>
    RemovalRefused,

    /// <summary>Something waits for an operator's decision.</summary>
    Held,

    /// <summary>Slack cannot be written: its token is not accepted, or the plan lacks SCIM.</summary>
    SlackClosed,

    /// <summary>The gateway can write to Slack again.</summary>
    SlackOpen,

    /// <summary>Slack cannot be written, and changes are taken on all the same.</summary>
    Queued,

    /// <summary>Somebody has changed in Slack what the gateway had written.</summary>
    Drift,

    /// <summary>What came of a day.</summary>
    Digest,

    /// <summary>Slack did what nobody told it, and the gateway has stopped telling it anything.</summary>
    Halted,

    /// <summary>Something was planned again and again without an end, and was stopped.</summary>
    Restless,

    /// <summary>Slack does not renew a token, which still works and ends soon.</summary>
    TokenEnds,

    /// <summary>Nothing has happened: an operator wants to see whether notifications arrive. It is not kept.</summary>
    Test,

    /// <summary>The guard refused a write of the v1 lane.</summary>
    LaneGuarded,

    /// <summary>The store was restored, or has lost what was written last, and Slack is told nothing.</summary>
    Restored,

    /// <summary>A provider has had more writes refused within an hour than it has now and then.</summary>
    Refused,

    /// <summary>A provider has not asked for anything for a day.</summary>
    Silent,

    /// <summary>An instance of the cluster ended without handing the tenant over, and another one has gone on with it.</summary>
    TakenOver,
}
