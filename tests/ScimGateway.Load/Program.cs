using ScimGateway.Load;

// The roles of a measurement; the scripts in tests/bench start them.
switch (args)
{
    case ["stub", .. var rest]:
        await Stub.RunAsync(new Arguments(rest));
        return 0;
    case ["hop", .. var rest]:
        await Hop.RunAsync(new Arguments(rest));
        return 0;
    case ["sample", .. var rest]:
        await Sample.TakeAsync(new Arguments(rest));
        return 0;
    case ["group", .. var rest]:
        await Groups.MakeAsync(new Arguments(rest));
        return 0;
    case ["compare", .. var rest]:
        await Comparison.RunAsync(new Arguments(rest));
        return 0;
    case ["alone", .. var rest]:
        await Comparison.RunAloneAsync(new Arguments(rest));
        return 0;
    case ["pace", .. var rest]:
        await Pace.RunAsync(new Arguments(rest));
        return 0;
    case ["groups", .. var rest]:
        await MemberChanges.CompareAsync(new Arguments(rest));
        return 0;
    case ["members", .. var rest]:
        await MemberChanges.PaceAsync(new Arguments(rest));
        return 0;
    case ["attacks"]:
        Hostile.List();
        return 0;
    case ["hostile"]:
        Hostile.Head();
        return 0;
    case ["hostile", .. var rest]:
        await Hostile.RunAsync(new Arguments(rest));
        return 0;
    case ["soak", .. var rest]:
        return await Soak.RunAsync(new Arguments(rest)) ? 0 : 1;
    case ["neighbour", .. var rest]:
        await Neighbour.RunAsync(new Arguments(rest));
        return 0;
    default:
        Console.Error.WriteLine(
            """
            usage: stub --urls URL --like URL                            a bare Kestrel that answers what the gateway at --like answered first
                   hop --urls URL --to URL                               a bare YARP in front of it
                   sample --url URL --token T --sample FILE              keeps a thousand of the users that are there
                   group --url URL --token T --group FILE                makes a group of all users, 15,000 at most
                   compare --gateway URL,PID --hop URL,PID --kestrel URL,PID --token T --sample FILE --cases a,b [--group FILE] [--rounds 5] [--connections 16]
                   alone --gateway URL,PID --token T --sample FILE --cases a,b [--group FILE] [--rounds 5] [--connections 16]     the gateway by itself, to profile it
                   pace --url URL --token T --sample FILE [--rate 50] [--seconds 20]               or --tenants N for the sample: by turns
                   groups --gateway URL,PID --token T [--members 14900] [--rounds 9] [--times 200]                  one member into a large group beside one into a small one
                   members --url URL --slack URL --token T [--rate 25] [--seconds 60]                               so many members a second into one group
                   attacks                                               the attacks there are, each with how many accounts Slack is to have
                   hostile [--gateway URL,PID --token T --attack NAME [--seconds 20]]                               one of them beside an ordinary client: a row of the table, or its head
                   soak --gateway URL,PID --token T --data FOLDER [--parts 12] [--seconds 600]                     an ordinary client for hours: does anything grow
                   neighbour [--url URL --token T --work group|bulk|import [--seconds 20]]                          an ordinary client of one tenant beside another's work: a row, or the head
            """
        );
        return 2;
}
