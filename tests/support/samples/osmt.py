"""Rich skill descriptors, as OSMT exports them."""

from typing import Any

UUID = "0ab57ea5-aabd-43b8-87fd-61baf78fca{:02}"
Record = dict[str, Any]


def descriptor(number: int, *codes: str, **more: object) -> Record:
    uuid = UUID.format(number)
    return {
        "uuid": uuid,
        "id": f"https://osmt.example.org/api/skills/{uuid}",
        "skillName": f"Skill {number}",
        "skillStatement": f"Do number {number}.",
        "status": "published",
        "keywords": ["one", "two"],
        "occupations": [{"code": code, "name": f"Name of {code}", "description": ""} for code in codes],
        **more,
    }


EXPORT = (
    "Canonical URL,RSD Name,Authors,Skill Statement,Categories,Keywords,Standards,Certifications,"
    "Occupation Major Groups,Occupation Minor Groups,Broad Occupations,Detailed Occupations,O*NET Job Codes,"
    "Employers,Alignment Name,Alignment URL,Alignment Framework\n"
)


def exported(number: int, alignment: str = "") -> str:
    address = f"https://osmt.example.org/api/skills/{UUID.format(number)}"
    return (
        f"{address},Skill {number},WGU,Do number {number}.,C,one; two,S,,29-0000; 11-0000,29-2000,29-2070,29-2072,"
        f"29-2072.01,,A,{alignment},F\n"
    )
