import random,json,sys,datetime
random.seed(7)
n=int(sys.argv[1])
t0=datetime.datetime(2026,11,25,4,0,0,tzinfo=datetime.timezone.utc).timestamp()
for i in range(n):
    bad = 0.4*n<=i<0.6*n
    acc = 1 if random.random()<(0.88 if bad else 0.942) else 0
    lat = random.lognormvariate(3.4+(0.3 if bad else 0),0.3)
    print(json.dumps({"ts":round(t0+i*0.1,1),"request_id":f"r{i}","accuracy":acc,"latency_ms":round(lat,2),"user":"x","region":"eu" if i%3 else "us"}))
